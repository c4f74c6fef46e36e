package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ProjectionMark.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mark survives a write that was torn at any byte. */
class ProjectionMarkTest {
    private static final int SLOT = 44;
    private static final int SECOND_SLOT = 4_096;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("projector.mark");
    }

    private SegmentStorage noJournal() {
        return new ChronicleSegmentStorage(directory.resolve("journal"));
    }

    private void write(final long sequence) throws Exception {
        try (ProjectionMark mark = new ProjectionMark(file)) {
            mark.write(new Position(-7, sequence, sequence - 1));
        }
    }

    @Test
    void shouldReadNothingWhereNothingWasWritten() throws Exception {
        assertEquals(Optional.empty(), ProjectionMark.read(file));
        assertEquals(List.of(), ProjectionMark.evidence(file, noJournal()));
        Files.write(file, new byte[2 * SECOND_SLOT]);
        assertEquals(Optional.empty(), ProjectionMark.read(file));
        Files.write(file, new byte[0]);
        assertEquals(Optional.empty(), ProjectionMark.read(file));
    }

    @Test
    void shouldReadTheLastMarkAcrossRestarts() throws Exception {
        for (long sequence = 1; sequence < 8; sequence++) {
            write(sequence);
            assertEquals(
                    new Position(-7, sequence, sequence - 1),
                    ProjectionMark.read(file).orElseThrow());
            assertEquals(
                    sequence, ProjectionMark.evidence(file, noJournal()).get(0).sequence());
        }
    }

    /** The bytes that schema/formats/projection-mark.md shows. */
    @Test
    void shouldWriteTheDocumentedBytes() throws Exception {
        for (final long sequence : new long[] {40_000, 49_000, 50_000}) {
            try (ProjectionMark mark = new ProjectionMark(file)) {
                mark.write(new Position(4711, sequence, 49_000));
            }
        }
        final byte[] bytes = Files.readAllBytes(file);
        assertEquals(2 * SECOND_SLOT, bytes.length);
        assertEquals(
                "50524a4d41524b310300000000000000671200000000000050c300000000000068bf000000000000bc63e5a2",
                HexFormat.of().formatHex(bytes, SECOND_SLOT, SECOND_SLOT + SLOT));
    }

    @Test
    void shouldReadTheOneBeforeWhenTheLastWasTorn() throws Exception {
        write(1);
        write(2);
        final byte[] before = Files.readAllBytes(file);
        write(3);
        final byte[] after = Files.readAllBytes(file);
        for (int cut = 0; cut <= SLOT; cut++) {
            final byte[] torn = before.clone();
            System.arraycopy(after, SECOND_SLOT, torn, SECOND_SLOT, cut);
            Files.write(file, torn);
            final long read = ProjectionMark.read(file).orElseThrow().sequence();
            assertTrue(read == 2 || read == 3, "cut at " + cut + ": " + read);
        }
    }

    /** Whatever a power loss leaves of the first write, and of the file that is made for it. */
    @Test
    void shouldReadNothingWhenTheFirstWriteWasTorn() throws Exception {
        write(1);
        final byte[] after = Files.readAllBytes(file);
        for (int cut = 0; cut < SLOT; cut++) {
            final byte[] torn = new byte[2 * SECOND_SLOT];
            System.arraycopy(after, SECOND_SLOT, torn, SECOND_SLOT, cut);
            Files.write(file, torn);
            assertEquals(Optional.empty(), ProjectionMark.read(file), "cut at " + cut);
            Files.write(file, Arrays.copyOf(torn, SECOND_SLOT + cut));
            assertEquals(Optional.empty(), ProjectionMark.read(file), "cut off at " + cut);
        }
        write(2);
        assertEquals(2, ProjectionMark.read(file).orElseThrow().sequence());
    }

    @Test
    void shouldGoOnWithAFileThatWasNotMadeWhole() throws Exception {
        for (final int length : new int[] {0, 1, SECOND_SLOT, SECOND_SLOT + 1}) {
            Files.write(file, new byte[length]);
            for (long sequence = 1; sequence < 4; sequence++) {
                write(sequence);
                assertEquals(sequence, ProjectionMark.read(file).orElseThrow().sequence());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 100, SECOND_SLOT, 2 * SECOND_SLOT})
    void shouldRefuseWhatWasNeverAMark(final int length) throws Exception {
        final byte[] garbage = new byte[length];
        garbage[0] = 'x';
        Files.write(file, garbage);
        assertThrows(ProjectionException.class, () -> ProjectionMark.read(file));
    }

    @Test
    void shouldNameWhatCannotBeRead() throws Exception {
        Files.createDirectory(file);
        final IOException failure = assertThrows(IOException.class, () -> ProjectionMark.read(file));
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
    }

    @Test
    void shouldRefuseWhenBothSlotsAreDamaged() throws Exception {
        write(1);
        write(2);
        final byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        bytes[SECOND_SLOT + 20] ^= 1;
        Files.write(file, bytes);
        final ProjectionException refusal = assertThrows(ProjectionException.class, () -> ProjectionMark.read(file));
        assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
    }
}
