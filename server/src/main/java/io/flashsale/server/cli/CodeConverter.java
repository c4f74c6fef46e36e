package io.flashsale.server.cli;

import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a code as the HTTP API does: 36 characters, any case. */
final class CodeConverter implements ITypeConverter<UUID> {
    private static final Pattern CANONICAL = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    @Override
    public UUID convert(final String value) {
        if (!CANONICAL.matcher(value).matches()) {
            throw new TypeConversionException("'" + value + "' is no code: it must be the 36 characters that a checkout"
                    + " answered, such as 123e4567-e89b-82d3-a456-426614174000");
        }
        return UUID.fromString(value);
    }
}
