package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What somebody else put where a segment would come is never deleted, and never continued from. */
class ForeignDirectoryTest {
    private static final JournalConfig SMALL = new JournalConfig(SyncPolicy.NEVER, 1 << 20, 1, 1, 0, 1);

    @TempDir
    private Path directory;

    private final Entries entries = new Entries();

    private ChronicleSegmentStorage storage() {
        return new ChronicleSegmentStorage(directory);
    }

    @Test
    void shouldGoOnInTheSegmentKeepWhatIsInTheWayAndSayItOnce() throws IOException {
        final Path foreign = directory.resolve("segment-0000000002/notes.txt");
        final AtomicLong nanos = new AtomicLong();
        final ListAppender<ILoggingEvent> log = new ListAppender<>();
        final Logger logger = (Logger) LoggerFactory.getLogger(JournalKeeper.class);
        log.start();
        logger.addAppender(log);
        try (JournalWriter journal = JournalWriter.open(storage(), SMALL, Recovered.nothing())) {
            Files.createDirectory(foreign.getParent());
            Files.writeString(foreign, "mine");
            final JournalKeeper keeper = journal.keeper().clock(nanos::get);
            while (journal.bytes() < 3 << 20) {
                entries.append(journal, 100, 1, 1);
                nanos.addAndGet(1_000_000_000);
                keeper.doWork();
            }
            assertEquals(1, journal.segment());
            assertEquals("mine", Files.readString(foreign));
            assertEquals(1, log.list.size(), () -> log.list.toString());
            final String line = log.list.get(0).getFormattedMessage();
            assertTrue(line.contains("segment-0000000002 cannot be created: it exists"), line);

            Files.delete(foreign);
            Files.delete(foreign.getParent());
            while (journal.segment() == 1) {
                entries.append(journal, 1_000, 1, 1);
                nanos.addAndGet(1_000_000_000);
                keeper.doWork();
            }
            assertEquals(2, journal.segment());
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void shouldRefuseNumbersThatItWouldNotFindAgain() throws IOException {
        final Path last = Files.createDirectory(directory.resolve("segment-999999999999999999"));
        final JournalException refused =
                assertThrows(JournalException.class, () -> JournalWriter.open(storage(), SMALL, Recovered.nothing()));
        assertTrue(refused.getMessage().contains("segment-999999999999999999 is no segment"), refused::getMessage);
        assertEquals(List.of(last), list());
        Files.delete(last);
        Files.createDirectory(directory.resolve("segment-1000000000000000000"));
        final IOException found =
                assertThrows(IOException.class, () -> storage().list());
        assertTrue(found.getMessage().contains("segment-1000000000000000000"), found::getMessage);
        assertFalse(Files.exists(directory.resolve("segment-0000000001")));
    }

    private List<Path> list() throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
