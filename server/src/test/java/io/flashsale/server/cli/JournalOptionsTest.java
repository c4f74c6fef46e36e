package io.flashsale.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class JournalOptionsTest {
    private static final String CODE = "68B1F2A0-0000-8000-8000-00000000002a";

    @ParameterizedTest
    @ValueSource(strings = {"zz", "1-1-1-1-1", CODE + "0"})
    void shouldSayWhatACodeIs(final String value) {
        final StringWriter text = new StringWriter();
        final int exitCode = new CommandLine(new JournalCommand())
                .setErr(new PrintWriter(text))
                .execute("--code=" + value);
        assertEquals(2, exitCode);
        final String line = text.toString().lines().findFirst().orElseThrow();
        assertTrue(line.contains("'" + value + "' is no code"), line);
        assertTrue(!line.contains("Exception"), line);
    }

    @Test
    void shouldTakeACodeInAnyCase() throws Exception {
        assertEquals(UUID.fromString(CODE), new CodeConverter().convert(CODE));
        assertThrows(CommandLine.TypeConversionException.class, () -> new CodeConverter().convert(""));
    }
}
