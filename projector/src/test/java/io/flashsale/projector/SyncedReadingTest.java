package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SyncPolicy;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncedReadingTest {
    private static final int ENTRY_LENGTH = 32;

    @TempDir
    private Path directory;

    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);

    private JournalWriter writer(final ChronicleSegmentStorage storage) {
        return JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.NEVER),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, millis, buffer, offset) -> {}));
    }

    @Test
    void shouldKeepADescriptorOfTheSegmentThatIsReadAndLetOldOnesGo() throws Exception {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(directory);
        try (SyncedReading reading = new SyncedReading(storage);
                JournalReader reader = new JournalReader(reading, 1, List.of())) {
            long last = 0;
            for (int segment = 1; segment <= 4; segment++) {
                try (JournalWriter writer = writer(storage)) {
                    writer.append(entry, 0, 1, 1_000L * segment);
                    last++;
                    while (reader.lastSequence() < last) {
                        reader.poll((first, count, millis, buffer, offset) -> {}, 16);
                    }
                    reading.makeDurable(last);
                    assertEquals(1, reading.descriptors());
                }
            }
        }
    }

    @Test
    void shouldWriteNothing() throws Exception {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(directory);
        writer(storage).close();
        try (SyncedReading reading = new SyncedReading(storage)) {
            assertThrows(UnsupportedOperationException.class, () -> reading.delete(1));
            assertThrows(UnsupportedOperationException.class, () -> reading.trim(1, 0));
            assertThrows(UnsupportedOperationException.class, () -> reading.create(2, 4_096));
            assertThrows(UnsupportedOperationException.class, () -> reading.sync(1));
            assertEquals(1, reading.list().length);
        }
    }
}
