package io.flashsale.server.lifecycle;

import com.sun.management.UnixOperatingSystemMXBean;
import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.transport.TransportConfig;
import java.lang.management.ManagementFactory;

/**
 * How many connections the limit of open files leaves. A service that runs out of files can neither take a connection nor
 * open a segment: it keeps what it needs itself, and says at its start if that contradicts what it was told.
 */
final class OpenFiles {
    /** Segments, snapshots, libraries, the admin port's connections, the database's, generously. */
    static final int OTHERS = 1_536;

    private OpenFiles() {}

    /** Files that this process may have open. The JVM has raised its own limit as far as it may. */
    static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof final UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /**
     * Connections to allow.
     *
     * @param wanted 0 for as many as usual, or as there is room for.
     * @param limit  of open files.
     * @throws CommandFailedException if there is no room for those that are wanted, saying what to do.
     */
    static int connections(final int wanted, final long limit) {
        if (wanted == 0) {
            // Under a limit that leaves nothing, half of it is for connections: better than none.
            final long room = Math.max(limit - OTHERS, limit / 2);
            return (int) Math.max(1, Math.min(TransportConfig.DEFAULT_CONNECTIONS, room));
        }
        if (wanted > limit - OTHERS) {
            throw new CommandFailedException("APP_MAX_CONNECTIONS=" + wanted + " needs " + (wanted + OTHERS)
                    + " open files, and the limit is " + limit
                    + ": raise it (ulimit -n, LimitNOFILE of the systemd unit), or allow fewer connections");
        }
        return wanted;
    }
}
