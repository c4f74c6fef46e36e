package io.flashsale.journal;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** Every choice about Chronicle Queue, in one place, with its reason. */
final class ChronicleSettings {
    /** The only data file of a segment: the constant clock keeps the queue in the cycle of 1 January 1970 for ever. */
    static final String DATA_FILE = "19700101F" + SingleChronicleQueue.SUFFIX;

    /** Where Chronicle keeps its write lock and its directory listing. */
    static final String METADATA_FILE = SingleChronicleQueue.QUEUE_METADATA_FILE;

    /**
     * The metadata file is filled with real zeros to exactly the size that Chronicle would give it: a block and an overlap of
     * 64 KiB each. In a larger one Chronicle maps a further block, and waits for its own file lock until it gives up.
     */
    static final int METADATA_BYTES = 2 * 64 * 1024;

    /**
     * Unit of mapping. Modest, because a mapping extends the file to the end of its block and overlap, and a segment that was
     * trimmed keeps its last one.
     */
    static final int BLOCK_BYTES = 1024 * 1024;

    /** Chronicle maps a quarter more than the block, so that a record that begins in a block can be stored in one piece. */
    static final int OVERLAP_BYTES = BLOCK_BYTES / 4;

    /**
     * What Chronicle stores around the first record: the file's header and two indexes of 4,096 entries (32 KiB).
     */
    static final int HEADROOM_BYTES = 128 * 1024;

    /** Least that is filled before a segment's first record: a mapping, so that the file does not grow at the first store. */
    static final int SMALLEST_FILL_BYTES = BLOCK_BYTES + OVERLAP_BYTES;

    private static final TimeProvider EPOCH = () -> 0L;

    static {
        if (JournalLimits.MAX_RECORD_LENGTH > OVERLAP_BYTES / 4 * 3) {
            throw new ExceptionInInitializerError("the longest record must fit Chronicle's overlap with ease");
        }
    }

    private ChronicleSettings() {}

    /**
     * Sets, unless the command line did, the properties that Chronicle reads when its classes load: no usage analytics, no
     * greeting on standard output, no disk monitor thread, no performance remarks in the log.
     *
     * <p>Then has Chronicle register its shutdown hook, which it otherwise does with the first file: a JVM that is told to
     * stop by then refuses it, and no journal could be opened or ended any more.
     */
    static void apply() {
        setIfAbsent("chronicle.analytics.disable");
        setIfAbsent("chronicle.announcer.disable");
        setIfAbsent("chronicle.disk.monitor.disable");
        setIfAbsent("disable.perf.info");
        BackgroundResourceReleaser.releasePendingResources();
    }

    private static void setIfAbsent(final String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    /**
     * A builder with nothing left to a default that matters. FAST_DAILY: index arrays of 4,096 entries, one entry per 256
     * records. Sync mode NONE: this module syncs through its own channel.
     */
    static SingleChronicleQueueBuilder builder(final Path directory) {
        return SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(EPOCH)
                .blockSize(BLOCK_BYTES)
                .syncMode(SyncMode.NONE)
                .checkInterrupts(false);
    }

    /** End of the mapping in which a position lies: a file that reaches to here never faults a tailer that stands there. */
    static long mappedEnd(final long position) {
        return (position / BLOCK_BYTES + 1) * BLOCK_BYTES + OVERLAP_BYTES;
    }
}
