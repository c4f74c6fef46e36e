package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.cli.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNotTakeWhatIsNoDiskForAFullOne() {
        final String message = assertThrows(
                        CommandFailedException.class, () -> new DataDirectory(Path.of("/proc/x")).prepare())
                .getMessage();
        assertTrue(message.startsWith("cannot write in APP_DATA_DIR=/proc/x (no such file"), message);
    }

    @Test
    void shouldMakeTheDirectoryAndLeaveNothingInIt() throws Exception {
        final Path data = directory.resolve("a/b");
        new DataDirectory(data).prepare();
        try (var entries = Files.list(data)) {
            assertFalse(entries.findAny().isPresent());
        }
    }
}
