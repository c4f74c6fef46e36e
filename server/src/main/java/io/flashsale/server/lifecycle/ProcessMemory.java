package io.flashsale.server.lifecycle;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory of this process, where its JVM runs the serial collector: another one has ways of its own. */
final class ProcessMemory implements QuietCollector.Memory {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessMemory.class);
    private static final String SERIAL_OLD_GENERATION = "Tenured Gen";
    private static final long MEGABYTE = 1024 * 1024;

    /** {@code malloc_trim(3)}. Public for JNA. */
    public interface Allocator extends Library {
        /**
         * Gives free memory back to the system.
         *
         * @param pad bytes to keep at the top.
         * @return 1 if there was any.
         */
        int malloc_trim(long pad);
    }

    private final MemoryPoolMXBean oldGeneration;

    private ProcessMemory(final MemoryPoolMXBean oldGeneration) {
        this.oldGeneration = oldGeneration;
    }

    /** Empty with another collector. */
    static Optional<ProcessMemory> find() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals(SERIAL_OLD_GENERATION))
                .findFirst()
                .map(ProcessMemory::new);
    }

    @Override
    public long used() {
        return oldGeneration.getUsage().getUsed();
    }

    @Override
    public long live() {
        return oldGeneration.getCollectionUsage().getUsed();
    }

    @Override
    public void collect() {
        final long before = used();
        final long begin = System.nanoTime();
        System.gc();
        LOG.debug(
                "a quiet moment: {} MB of heap became {} in {} ms",
                before / MEGABYTE,
                used() / MEGABYTE,
                (System.nanoTime() - begin) / 1_000_000);
        trim();
    }

    /** What the compilers and the network gave back lies in between what is in use, where the allocator keeps it. */
    private static void trim() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            Native.load("c", Allocator.class).malloc_trim(0);
        } catch (final LinkageError notGlibc) {
            LOG.debug("this system's allocator cannot be trimmed", notGlibc);
        }
    }
}
