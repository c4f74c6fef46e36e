package io.flashsale.bench.micro;

import io.flashsale.bench.process.ScratchDirectory;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a batch costs until it is in the page cache, and until it is durable, microseconds a batch, by its commands.
 *
 * <p><b>Baseline:</b> the least that any log costs, one write of the same bytes into a file that was filled and synced before
 * the clock started, and one {@code force(false)}. The journal pays for more within the time: its framing and checksum, and
 * the filling of the space ahead on the keeper's thread, which competes for the disk. {@code append} alone writes as fast as
 * it can and so waits for the filling most of the time; iterations are short to bound what it writes.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class JournalBenchmark extends Microbenchmark {
    private static final int ENTRY = 32;
    private static final int LARGEST_BATCH = 1_024;
    private static final int FILE_BYTES = 64 * 1_024 * 1_024;

    /** Commands of a batch. */
    @Param({"1", "64", "1024"})
    int batch;

    private final UnsafeBuffer entries = new UnsafeBuffer(ByteBuffer.allocateDirect(LARGEST_BATCH * ENTRY));
    private Path directory;
    private JournalWriter journal;
    private AgentRunner keeper;
    private FileChannel file;
    private ByteBuffer bytes;

    /**
     * Opens a journal and a file, both in the working directory, so that they lie on a real disk.
     *
     * @throws IOException if the disk fails.
     */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = ScratchDirectory.create("bench-journal-");
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.ALWAYS),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}));
        keeper = new AgentRunner(new SleepingMillisIdleStrategy(1), Throwable::printStackTrace, null, journal.keeper());
        AgentRunner.startOnThread(keeper);
        file = FileChannel.open(directory.resolve("baseline"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        final ByteBuffer zeros = ByteBuffer.allocateDirect(FILE_BYTES / 64);
        for (int i = 0; i < 64; i++) {
            file.write(zeros.clear());
        }
        file.force(true);
        bytes = ByteBuffer.allocateDirect(batch * ENTRY);
        file.position(0);
    }

    /**
     * Closes and deletes.
     *
     * @throws IOException if the disk fails.
     */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        keeper.close();
        journal.close();
        file.close();
        ScratchDirectory.delete(directory);
    }

    /** The journal, into the page cache. */
    @Benchmark
    public void append() {
        journal.append(entries, 0, batch, 1_700_000_000_000L);
    }

    /** The journal, onto stable storage. */
    @Benchmark
    public void appendAndSync() {
        journal.append(entries, 0, batch, 1_700_000_000_000L);
        journal.sync();
    }

    /**
     * The baseline of the first.
     *
     * @throws IOException if the disk fails.
     */
    @Benchmark
    public void write() throws IOException {
        if (file.position() + bytes.capacity() > FILE_BYTES) {
            file.position(0);
        }
        file.write(bytes.clear());
    }

    /**
     * The baseline of the second.
     *
     * @throws IOException if the disk fails.
     */
    @Benchmark
    public void writeAndForce() throws IOException {
        write();
        file.force(false);
    }
}
