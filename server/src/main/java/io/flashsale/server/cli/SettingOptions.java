package io.flashsale.server.cli;

import io.flashsale.server.config.Setting;
import io.flashsale.server.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/** Gives a command a flag for every setting, shows them in groups, and reads them back. */
final class SettingOptions {
    private static final String FOOTER =
            "%nEvery setting is a flag and an environment variable, and may stand in a .env"
                    + " file in the working directory: --app-port=8081 or APP_PORT=8081. A flag goes before the environment,"
                    + " that before the file.%n";

    private SettingOptions() {}

    /** Adds all, and shows all. */
    static void addTo(final CommandSpec command) {
        addTo(command, EnumSet.allOf(Setting.class));
    }

    /** Adds all, so that a command takes what the others take, and shows those that it has a use for. */
    static void addTo(final CommandSpec command, final Set<Setting> shown) {
        for (final Setting setting : Setting.values()) {
            command.addOption(OptionSpec.builder(setting.flags().toArray(new String[0]))
                    .type(String.class)
                    .paramLabel(setting.name())
                    .description(help(setting))
                    .hidden(!shown.contains(setting))
                    .build());
        }
        command.usageMessage().footer(FOOTER);
        // Otherwise the usage line would name them all.
        command.usageMessage().abbreviateSynopsis(true);
        command.usageMessage().sectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, SettingOptions::render);
    }

    /** What a command that reads the journal and PostgreSQL has a use for. */
    static Set<Setting> journalAndDatabase() {
        final Set<Setting> settings = EnumSet.of(Setting.APP_DATA_DIR);
        for (final Setting setting : Setting.values()) {
            if (setting.name().startsWith("DB_")) {
                settings.add(setting);
            }
        }
        return settings;
    }

    private static String help(final Setting setting) {
        final String otherwise = setting.defaultText().isEmpty() ? "" : " Default: " + setting.defaultText() + ".";
        return (setting.description() + " Allowed: " + setting.allowed() + "." + otherwise).replace("%", "%%");
    }

    private static String render(final Help help) {
        final List<OptionSpec> own = new ArrayList<>();
        final Map<SettingGroup, List<OptionSpec>> grouped = new EnumMap<>(SettingGroup.class);
        for (final OptionSpec option : help.commandSpec().options()) {
            final SettingGroup group = group(option);
            if (group == null) {
                own.add(option);
            } else if (!option.hidden()) {
                grouped.computeIfAbsent(group, any -> new ArrayList<>()).add(option);
            }
        }
        final StringBuilder text = new StringBuilder(layout(help, own));
        grouped.forEach((group, options) -> text.append(System.lineSeparator())
                .append(group.heading())
                .append(':')
                .append(System.lineSeparator())
                .append(layout(help, options)));
        return text.toString();
    }

    private static SettingGroup group(final OptionSpec option) {
        for (final Setting setting : Setting.values()) {
            if (setting.name().equals(option.paramLabel())) {
                return SettingGroup.of(setting);
            }
        }
        return null;
    }

    private static String layout(final Help help, final List<OptionSpec> options) {
        final Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
        layout.addOptions(options, help.parameterLabelRenderer());
        return layout.toString();
    }

    static Settings resolve(final CommandSpec command) {
        final ParseResult parsed = command.commandLine().getParseResult();
        final Map<Setting, String> flags = new EnumMap<>(Setting.class);
        for (final Setting setting : Setting.values()) {
            final String value = parsed.matchedOptionValue(setting.flags().get(0), null);
            if (value != null) {
                flags.put(setting, value);
            }
        }
        return Settings.resolve(flags, System.getenv(), Path.of("").toAbsolutePath());
    }
}
