package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real file system that fills up: a store beyond what was filled would end this JVM. Needs the right to mount one, and is
 * skipped without.
 */
class FullDiskTest {
    private static final String SIZE = "size=48m";
    private static final JournalConfig CONFIG =
            new JournalConfig(SyncPolicy.ALWAYS, 16 << 20, 1 << 20, 8 << 20, 2 << 20, 1);

    @TempDir
    private Path directory;

    private Path disk;
    private Path filler;
    private final Entries entries = new Entries();
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        filler = disk.resolve("filler");
        mounted = run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", disk.toString());
        Assumptions.assumeTrue(mounted, "no right to mount a file system here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            // Chronicle lets go of its mappings on a thread of its own.
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            boolean free = run("umount", disk.toString());
            while (!free && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                free = run("umount", disk.toString());
            }
            assertTrue(free || run("umount", "-l", disk.toString()));
            assertTrue(free, "files on the disk are still open");
        }
    }

    private static boolean run(final String... command) throws InterruptedException {
        try {
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final IOException e) {
            return false;
        }
    }

    /** Takes all that is left. */
    private void fillDisk() throws IOException {
        final byte[] bytes = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(bytes);
            }
        } catch (final IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("No space"), e.getMessage());
        }
    }

    @Test
    void shouldRefuseBelowTheReserveAndRecoverWhenSpaceReturns() throws IOException {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(disk.resolve("journal"));
        final JournalWriter journal = JournalWriter.open(storage, CONFIG, Recovered.nothing());
        final JournalKeeper keeper = journal.keeper();
        while (keeper.doWork() > 0) {
            assertTrue(journal.segment() > 0);
        }
        assertTrue(journal.hasRoom());
        fillDisk();
        long appended = 0;
        while (journal.hasRoom()) {
            appended = append(journal, keeper, appended);
        }
        assertNotNull(keeper.spaceTrouble());
        // What was admitted before finds its room in the reserve, half of it at least.
        final long reserve = appended + CONFIG.reserveBytes() / 2 / RecordFlyweight.ENTRY_LENGTH;
        while (appended < reserve) {
            appended = append(journal, keeper, appended);
        }
        assertFalse(journal.hasRoom());

        Files.delete(filler);
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!journal.hasRoom()) {
            assertTrue(System.nanoTime() - deadline < 0, "no recovery: " + keeper.spaceTrouble());
            keeper.doWork();
        }
        appended = append(journal, keeper, appended);
        journal.close();
        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
        assertEquals(appended, recovered.lastSequence());
        assertTrue(recovered.cleanEnd());
    }

    private long append(final JournalWriter journal, final JournalKeeper keeper, final long before) {
        entries.append(journal, 1_000, 1, 1);
        journal.sync();
        keeper.doWork();
        return before + 1_000;
    }

    @Test
    void shouldStayInTheSegmentWhereThereIsNoSpaceForTheNextAndGoOnLater() throws IOException {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(disk.resolve("journal"));
        final JournalConfig small = new JournalConfig(SyncPolicy.ALWAYS, 1 << 20, 1 << 20, 8 << 20, 2 << 20, 1);
        final JournalWriter journal = JournalWriter.open(storage, small, Recovered.nothing());
        while (journal.keeper().doWork() > 0) {
            assertEquals(1, journal.segment());
        }
        fillDisk();
        long appended = 0;
        while (appended < 50_000) {
            entries.append(journal, 1_000, 1, 1);
            journal.sync();
            appended += 1_000;
        }
        assertEquals(1, journal.segment(), "there was no space for another");
        assertEquals(1, storage.list().length, "nothing is left of the attempts");
        Files.delete(filler);
        while (!journal.hasRoom()) {
            journal.keeper().doWork();
        }
        journal.close();
        assertEquals(
                appended,
                JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
    }

    @Test
    void shouldFailToStartOnAFullDiskAndLeaveNothingOfTheAttempt() throws IOException {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(disk.resolve("journal"));
        final JournalWriter journal = JournalWriter.open(storage, CONFIG, Recovered.nothing());
        entries.append(journal, 1_000, 1, 1);
        journal.sync();
        journal.abandon();
        fillDisk();
        for (int attempt = 0; attempt < 3; attempt++) {
            final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
            assertEquals(1_000, recovered.lastSequence());
            final JournalException refused =
                    assertThrows(JournalException.class, () -> JournalWriter.open(storage, CONFIG, recovered));
            assertTrue(refused.getMessage().contains("No space"), refused.getMessage());
        }
        assertEquals(1, storage.list().length, "attempts use up what is left");
        Files.delete(filler);
        JournalWriter.open(storage, CONFIG, JournalRecovery.recover(storage, 1, List.of(), new Entries()))
                .close();
        assertEquals(
                1_000,
                JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
    }
}
