package io.flashsale.bench.micro;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a batch costs until it is durable, by its size, beside the least that any durable log costs: one write of the same
 * bytes into a file filled ahead, and one sync.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class JournalBenchmark {
    private static final int ENTRY = 32;
    private static final int FILE_BYTES = 64 * 1_024 * 1_024;

    /** Commands of a batch. */
    @Param({"1", "64", "1024"})
    private int batch;

    private final UnsafeBuffer entries = new UnsafeBuffer(ByteBuffer.allocateDirect(1_024 * ENTRY));
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
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "journal-benchmark");
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.ALWAYS),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}));
        keeper = new AgentRunner(new SleepingMillisIdleStrategy(1), Throwable::printStackTrace, null, journal.keeper());
        AgentRunner.startOnThread(keeper);
        file = FileChannel.open(directory.resolve("baseline"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.write(ByteBuffer.allocate(FILE_BYTES));
        file.force(true);
        bytes = ByteBuffer.allocateDirect(batch * ENTRY);
        file.position(0);
    }

    /**
     * Closes and deletes.
     *
     * @throws IOException if the disk fails.
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        keeper.close();
        journal.close();
        file.close();
        IoUtil.delete(directory.toFile(), false);
    }

    /** The journal. */
    @Benchmark
    public void appendAndSync() {
        journal.append(entries, 0, batch, 1_700_000_000_000L);
        journal.sync();
    }

    /**
     * The baseline.
     *
     * @throws IOException if the disk fails.
     */
    @Benchmark
    public void writeAndSyncBaseline() throws IOException {
        if (file.position() + bytes.capacity() > FILE_BYTES) {
            file.position(0);
        }
        bytes.clear();
        file.write(bytes);
        file.force(false);
    }
}
