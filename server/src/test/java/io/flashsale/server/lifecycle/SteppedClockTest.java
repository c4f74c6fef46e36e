package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalSegments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wall clock that is set while the service runs ages nothing. */
class SteppedClockTest {
    @TempDir
    private Path directory;

    private void run(final String... arguments) throws Exception {
        final ChildProcess.Result result = ChildProcess.run(directory, SteppedClockMain.class, arguments);
        assertEquals(0, result.exitCode(), result.output());
    }

    @Test
    void shouldKeepYoungSegmentsWhenTheWallClockIsSetForward() throws Exception {
        final DataDirectory data = new DataDirectory(directory.resolve("data"));
        Files.createDirectory(data.root());
        run(data.root().toString());
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(data.journal());
        final JournalSegments.Segment first =
                JournalSegments.of(storage).segments().get(0);
        assertTrue(
                first.createdMillis() < System.currentTimeMillis() - TimeUnit.HOURS.toMillis(9),
                "a segment is dated by the sale's time");
        // An unfinished start is deleted whatever its age, by the same look that asks how old the others are.
        final Path unfinished = data.journal().resolve(storage.name(first.number() + 1));
        Files.createDirectory(unfinished);
        run(data.root().toString(), unfinished.toString());
        final List<JournalSegments.Segment> kept = JournalSegments.of(storage).segments();
        assertEquals(first, kept.get(0), "seconds old by the sale's time, ten hours by the wall's");
        assertEquals(first.number() + 2, kept.get(1).number());
    }
}
