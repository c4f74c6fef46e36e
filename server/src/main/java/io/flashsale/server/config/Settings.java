package io.flashsale.server.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings as text, each resolved from the first place that has it: flag, environment, {@code .env} file, default.
 * An empty value is an unset one. Immutable.
 */
public final class Settings {
    private static final String ENV_FILE = ".env";

    private static final String OTHER_PORT = "PORT";

    private final Map<Setting, String> values;
    private final boolean isOtherPort;
    private final List<String> notes;

    private Settings(final Map<Setting, String> values, final boolean isOtherPort, final List<String> notes) {
        this.values = values;
        this.isOtherPort = isOtherPort;
        this.notes = List.copyOf(notes);
    }

    /**
     * Resolves every setting.
     *
     * @param flags       given on the command line.
     * @param environment of the process.
     * @param directory   whose {@code .env} file is read, if there is one.
     * @return settings whose values are not validated yet.
     * @throws InvalidSettingException if the {@code .env} file cannot be read.
     */
    public static Settings resolve(
            final Map<Setting, String> flags, final Map<String, String> environment, final Path directory) {
        final Map<String, String> file = EnvFile.read(directory.resolve(ENV_FILE));
        final Map<String, String> variables = new TreeMap<>(file);
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                variables.put(name, value);
            }
        });
        final Map<Setting, String> values = new EnumMap<>(Setting.class);
        boolean isOtherPort = false;
        for (final Setting setting : Setting.values()) {
            String value = flags.get(setting);
            if (value == null) {
                value = variables.get(setting.name());
            }
            if ((value == null || value.isBlank()) && setting == Setting.APP_PORT) {
                value = variables.get(OTHER_PORT);
                isOtherPort = value != null && !value.isBlank();
            }
            values.put(setting, value == null || value.isBlank() ? setting.defaultText() : value.trim());
        }
        return new Settings(values, isOtherPort, notesOn(variables));
    }

    private static List<String> notesOn(final Map<String, String> variables) {
        final List<String> notes = new ArrayList<>();
        for (final String name : variables.keySet()) {
            if (name.startsWith("REDIS_")) {
                notes.add(name + " is ignored: the sale lives in the journal, there is no Redis");
            } else if (name.startsWith("APP_") && !isSetting(name)) {
                notes.add(name + " is ignored: there is no such setting; --help lists them");
            }
        }
        return notes;
    }

    private static boolean isSetting(final String name) {
        for (final Setting setting : Setting.values()) {
            if (setting.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Things worth telling the operator about variables that have no effect.
     *
     * @return a sentence each.
     */
    public List<String> notes() {
        return notes;
    }

    /**
     * A setting's text.
     *
     * @param setting which.
     * @return its value, or "" if unset.
     */
    public String text(final Setting setting) {
        return values.get(setting);
    }

    /**
     * A setting's text for people: secrets are masked.
     *
     * @param setting which.
     * @return printable value.
     */
    public String printable(final Setting setting) {
        final String value = text(setting);
        return setting.isSecret() && !value.isEmpty() ? "********" : value;
    }

    boolean isSet(final Setting setting) {
        return !text(setting).isEmpty();
    }

    /** Digits, and a minus before them: what else Java takes for a number, plus signs and other scripts, is a slip. */
    int integer(final Setting setting, final int least, final int most) {
        if (text(setting).matches("-?[0-9]{1,10}")) {
            final long value = Long.parseLong(text(setting));
            if (value >= least && value <= most) {
                return (int) value;
            }
        }
        throw invalid(setting);
    }

    /** Decimals are allowed, so that a rehearsal need not take hours; signs and exponents are not. */
    Duration hours(final Setting setting, final String least, final int most) {
        if (text(setting).matches("\\d{1,9}(\\.\\d{1,9})?")) {
            final BigDecimal value = new BigDecimal(text(setting));
            if (value.compareTo(new BigDecimal(least)) >= 0 && value.compareTo(BigDecimal.valueOf(most)) <= 0) {
                return Duration.ofMillis(
                        value.multiply(BigDecimal.valueOf(3_600_000)).longValue());
            }
        }
        throw invalid(setting);
    }

    <E extends Enum<E>> E choice(final Setting setting, final Class<E> type) {
        for (final E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text(setting))) {
                return constant;
            }
        }
        throw invalid(setting);
    }

    /** The variable that set it, as far as there are two. */
    String name(final Setting setting) {
        return setting == Setting.APP_PORT && isOtherPort ? OTHER_PORT : setting.name();
    }

    InvalidSettingException invalid(final Setting setting) {
        return invalid(setting, setting.allowed());
    }

    InvalidSettingException invalid(final Setting setting, final String allowed) {
        return new InvalidSettingException(name(setting) + "=" + printable(setting) + " is not allowed: it must be "
                + allowed + " (flag " + setting.flags().get(0) + ")");
    }
}
