package io.flashsale.server.postgres;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Who runs this process, as far as PostgreSQL cares: its programs refuse to run as root. */
final class SystemUser {
    private static final long PATIENCE_SECONDS = 60;

    private SystemUser() {}

    static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /** Refuses a root that cannot become nobody. */
    static void requireUsable() throws IOException {
        if (isRoot() && !runs("unshare", "-U", "true")) {
            throw new PostgresStartException(
                    "PostgreSQL does not run as root, and this system does not let unshare make"
                            + " a user namespace: start the service as another user, or set DB_HOST to a PostgreSQL of yours");
        }
    }

    /** Whether a program of the system's is there and succeeds. */
    static boolean runs(final String... command) {
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (final IOException e) {
            return false;
        }
    }
}
