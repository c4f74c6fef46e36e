package io.flashsale.server.lifecycle;

import io.flashsale.engine.SaleEngine;
import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.server.config.ServerConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Locale;
import org.agrona.BitUtil;

/**
 * How much heap so many items take, from above. A heap that is too small would be exhausted by the projector or the
 * snapshots, hours later, and end the process: a start that sees it coming says so instead.
 *
 * <p>Each engine has two books, and a third while sales grow; the snapshots' engine is restored a second time from the bytes
 * of a snapshot, to prove them.
 */
final class HeapNeed {
    /** Rings, queues, connections, the projector's rows, libraries. */
    static final long BASE_BYTES = 100L * 1024 * 1024;

    private static final long ITEM_BYTES = 60;
    private static final long USER_SLOT_BYTES = 16;
    private static final long SNAPSHOT_ITEM_BYTES = 56;
    private static final long BOARD_ITEM_BYTES = 32;
    private static final int BOOKS = 2;
    private static final int BOOKS_WHILE_GROWING = 3;
    private static final long MEGABYTE = 1024 * 1024;

    /** Of the launcher's own limit. */
    private static final int YOUNG_MEGABYTES = 192;

    private HeapNeed() {}

    /** Engines of a service: the one that sells, the snapshots', and the projector's if it is inside. */
    static int engines(final ServerConfig.ProjectorMode projector) {
        return projector == ServerConfig.ProjectorMode.INSIDE ? 3 : 2;
    }

    /** What lives at most, in bytes. */
    static long bytes(final int items, final int engines) {
        final long users = 2L * BitUtil.findNextPositivePowerOfTwo(items);
        final long book = ITEM_BYTES * items + USER_SLOT_BYTES * users;
        final long snapshot = BOOKS * (book + SNAPSHOT_ITEM_BYTES * items);
        return BASE_BYTES + BOARD_ITEM_BYTES * items + book * BOOKS_WHILE_GROWING * engines + snapshot;
    }

    /** The most items of any sale that this start has to do with. */
    static int items(final ServerConfig config, final SaleEngine recovered) {
        int items = config.rules().items();
        if (recovered.pendingRules() != null) {
            items = Math.max(items, recovered.pendingRules().items());
        }
        if (recovered.rules() != null) {
            items = Math.max(items, recovered.rules().items());
        }
        return items;
    }

    /** What this JVM has for objects that stay: its largest pool, since the young generation takes none of them. */
    static long limit() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getMax() < 0 ? Runtime.getRuntime().maxMemory() : usage.getMax())
                .max()
                .orElse(Runtime.getRuntime().maxMemory());
    }

    /**
     * Refuses what does not fit.
     *
     * @throws CommandFailedException saying what to set.
     */
    static void check(final int items, final int engines, final long limit) {
        final long need = bytes(items, engines);
        if (need > limit) {
            throw new CommandFailedException(String.format(
                    Locale.ROOT,
                    "a sale of %,d items may need %,d MB of heap, and this JVM has %,d MB for what stays: start with"
                            + " FLASH_SALE_HEAP=\"-Xms60m -Xmx%dm -XX:MaxNewSize=%dm\", or with fewer items in"
                            + " APP_ITEM_NUMBER if no journaled sale has as many",
                    items,
                    need / MEGABYTE + 1,
                    limit / MEGABYTE,
                    need / MEGABYTE + 1 + YOUNG_MEGABYTES,
                    YOUNG_MEGABYTES));
        }
    }
}
