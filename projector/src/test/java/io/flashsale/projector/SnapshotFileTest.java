package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SnapshotFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes are those of the documentation, and a file with a snapshot's name is a snapshot. */
class SnapshotFileTest {
    private static final int HEADER_LENGTH = 48;

    @TempDir
    private Path directory;

    private final byte[] bytes = SnapshotFile.encode(0x0123_4567_89AB_CDEFL, new SaleEngine());

    @Test
    void shouldWriteTheExampleOfTheDocumentation() throws IOException {
        final List<String> page = Files.readAllLines(Path.of("..", "schema", "formats", "snapshot-file.md"));
        final StringBuilder hex = new StringBuilder();
        page.subList(page.indexOf("```hex") + 1, page.lastIndexOf("```"))
                .forEach(line -> hex.append(line, 4, line.length()).append(' '));
        assertEquals(hex.toString().strip(), HexFormat.ofDelimiter(" ").formatHex(bytes, 0, HEADER_LENGTH));
    }

    @Test
    void shouldGiveTheNameOnlyToWhatWasReadBack() throws IOException {
        final SnapshotStore store = new SnapshotStore(directory.resolve("snapshots"));
        assertEquals(List.of(), store.evidence());
        assertThrows(SnapshotFormatException.class, () -> store.write(bytes, 0, 1), "another state");
        bytes[bytes.length - 1] ^= 1;
        assertThrows(
                SnapshotFormatException.class, () -> store.write(bytes, 0, new SaleEngine().stateHash()), "damaged");
        assertEquals(List.of(), store.list());
        try (Stream<Path> left = Files.list(directory.resolve("snapshots"))) {
            assertEquals(0, left.count(), "nothing is left of what failed");
        }
        bytes[bytes.length - 1] ^= 1;
        store.write(bytes, 0, new SaleEngine().stateHash());
        assertEquals(
                new SaleEngine().stateHash(), store.load(store.list().get(0)).stateHash());
    }

    @Test
    void shouldKeepTheNewestTwoThatAreWholeAndThoseAskedFor() throws IOException {
        final SnapshotStore store = new SnapshotStore(directory);
        for (int sequence = 1; sequence <= 6; sequence++) {
            Files.write(store.path(sequence), withSequence(sequence));
        }
        Files.write(store.path(6), new byte[10]);
        assertFalse(store.list().get(0).isWhole());
        store.prune(Set.of(2L));
        assertEquals(
                List.of(6L, 5L, 4L, 2L),
                store.list().stream().map(SnapshotHeader::sequence).toList());
        assertTrue(store.evidence().get(0).sequence() == 5, "a damaged header proves nothing");
    }

    @Test
    void shouldNameWhatCannotBeRead() throws IOException {
        final SnapshotStore store = new SnapshotStore(directory);
        Files.createDirectory(store.path(7));
        final IOException failure = assertThrows(IOException.class, store::list);
        assertTrue(failure.getMessage().contains(store.path(7).toString()), failure.getMessage());
    }

    private static byte[] withSequence(final long sequence) {
        final SaleEngine engine = new SaleEngine();
        final CommandFlyweight command = new CommandFlyweight();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
        command.wrap(buffer, 0).tick();
        for (long i = 1; i <= sequence; i++) {
            engine.apply(i, i, buffer, 0, new Decision());
        }
        return SnapshotFile.encode(7, engine);
    }
}
