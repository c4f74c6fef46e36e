package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    Path directory;

    @Test
    void shouldRefuseSecondOwnerInThisProcess() throws Exception {
        final Path file;
        try (DirectoryLock lock = DirectoryLock.acquire(directory, "started at noon")) {
            file = lock.file();
            assertThrows(JournalException.class, () -> DirectoryLock.acquire(directory, "second"));
            assertTrue(DirectoryLock.isHeld(directory));
        }
        assertFalse(DirectoryLock.isHeld(directory));
        assertFalse(DirectoryLock.isHeld(directory.resolve("none")));
        // Only now: closing another descriptor of the file would have released the lock.
        assertEquals("process " + ProcessHandle.current().pid() + ", started at noon", Files.readString(file));
        DirectoryLock.acquire(directory, "third").close();
    }

    @Test
    @Timeout(60)
    void shouldNameTheProcessThatHoldsIt() throws Exception {
        final Process holder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("held", output.readLine());
            assertTrue(DirectoryLock.isHeld(directory));
            final JournalException refused =
                    assertThrows(JournalException.class, () -> DirectoryLock.acquire(directory, "second"));
            assertTrue(
                    refused.getMessage().contains("process " + holder.pid() + ", the other one"), refused.getMessage());
        } finally {
            holder.destroyForcibly();
            holder.waitFor();
        }
        DirectoryLock.acquire(directory, "after its end").close();
    }

    @Test
    @Timeout(60)
    void shouldNotBeRefusedForAProcessThatOnlyLooks() throws Exception {
        DirectoryLock.acquire(directory, "made").close();
        final Process looker = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Looker.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(looker.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("looking", output.readLine());
            for (int attempt = 0; attempt < 200; attempt++) {
                DirectoryLock.acquire(directory, "beside it").close();
            }
            assertTrue(looker.isAlive());
        } finally {
            looker.destroyForcibly();
            looker.waitFor();
        }
    }

    /** Another process, which looks as often as it can be asked to. */
    static final class Looker {
        private Looker() {}

        public static void main(final String[] args) throws Exception {
            System.out.println("looking");
            while (true) {
                DirectoryLock.isHeld(Path.of(args[0]));
                Thread.sleep(1);
            }
        }
    }

    /** Another process. */
    static final class Holder {
        private Holder() {}

        public static void main(final String[] args) throws Exception {
            try (DirectoryLock lock = DirectoryLock.acquire(Path.of(args[0]), "the other one")) {
                System.out.println(lock.file() == null ? "" : "held");
                System.in.read();
            }
        }
    }
}
