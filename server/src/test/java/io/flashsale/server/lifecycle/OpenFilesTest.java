package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.cli.CommandFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenFilesTest {
    @ParameterizedTest
    @CsvSource({
        "0,       9223372036854775807, 65536",
        "0,       1048576,             65536",
        "0,       65536,               64000",
        "0,       4096,                2560",
        "0,       1024,                512",
        "0,       1,                   1",
        "2560,    4096,                2560",
        "1000000, 2000000,             1000000",
    })
    void shouldLeaveFilesToTheService(final int wanted, final long limit, final int allowed) {
        assertEquals(allowed, OpenFiles.connections(wanted, limit));
    }

    @Test
    void shouldRefuseMoreConnectionsThanThereAreFiles() {
        final String message = assertThrows(CommandFailedException.class, () -> OpenFiles.connections(2_561, 4_096))
                .getMessage();
        assertTrue(
                message.startsWith("APP_MAX_CONNECTIONS=2561 needs 4097 open files, and the limit is 4096"), message);
    }

    @Test
    void shouldKnowTheLimitOfThisProcess() {
        assertTrue(OpenFiles.limit() > 0 && OpenFiles.limit() < Long.MAX_VALUE);
    }
}
