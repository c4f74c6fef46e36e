package io.flashsale.server.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: UTF-8, one NAME=value a line, {@code export} before it or not. A {@code #} begins a comment at
 * the beginning of a line and behind white space; single or double quotes around a value keep what is between them.
 */
final class EnvFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    /** The shortest value behind whose quote nothing but a comment follows. */
    private static final Pattern QUOTED = Pattern.compile("\\s*([\"'])(.*?)\\1\\s*(\\s#.*)?");

    private static final Pattern COMMENT = Pattern.compile("\\s#.*");

    private EnvFile() {}

    /**
     * Reads a file.
     *
     * @param file that need not exist.
     * @return its variables by name, none if there is no file.
     * @throws InvalidSettingException if it cannot be read or understood.
     */
    static Map<String, String> read(final Path file) {
        final Map<String, String> variables = new HashMap<>();
        if (!Files.isRegularFile(file)) {
            return variables;
        }
        int number = 0;
        for (final String raw : text(file).lines().toList()) {
            number++;
            final String line = raw.strip().replaceFirst("^export\\s+", "");
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            final int equals = line.indexOf('=');
            if (equals < 1) {
                throw new InvalidSettingException(
                        file + ", line " + number + ": expected NAME=value, not \"" + line + "\"");
            }
            variables.put(line.substring(0, equals).strip(), value(line.substring(equals + 1)));
        }
        return variables;
    }

    private static String text(final Path file) {
        try {
            final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            final String text =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            // Some editors put one in front; it is no part of the first name.
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (final CharacterCodingException e) {
            throw new InvalidSettingException("cannot read " + file + ": it is not UTF-8 text");
        } catch (final IOException e) {
            throw new InvalidSettingException("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static String value(final String text) {
        final Matcher quoted = QUOTED.matcher(text);
        return quoted.matches()
                ? quoted.group(2)
                : COMMENT.matcher(text).replaceFirst("").strip();
    }
}
