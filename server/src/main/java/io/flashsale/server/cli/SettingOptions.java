package io.flashsale.server.cli;

import io.flashsale.server.config.Setting;
import io.flashsale.server.config.Settings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Gives a command a flag for every setting, and reads them back. */
final class SettingOptions {
    private SettingOptions() {}

    static void addTo(final CommandSpec command) {
        for (final Setting setting : Setting.values()) {
            command.addOption(OptionSpec.builder(setting.flags().toArray(new String[0]))
                    .type(String.class)
                    .paramLabel(setting.name())
                    .description(help(setting))
                    .build());
        }
    }

    private static String help(final Setting setting) {
        final String otherwise = setting.defaultText().isEmpty() ? "" : " Default: " + setting.defaultText() + ".";
        return (setting.description() + " Allowed: " + setting.allowed() + "." + otherwise).replace("%", "%%");
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
