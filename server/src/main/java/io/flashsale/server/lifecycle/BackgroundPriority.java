package io.flashsale.server.lifecycle;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread's work wait where CPUs are scarce. On Linux niceness is a thread's, and threads and processes that it starts
 * inherit it. Elsewhere nothing happens: there it is the whole process's.
 */
final class BackgroundPriority {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundPriority.class);

    /** Of a CPU that somebody else wants it gets a tenth, as {@code nice} gives by default. */
    private static final int NICENESS = 10;

    /** {@code setpriority(2)}. Public for JNA. */
    public interface SystemCalls extends Library {
        /**
         * Sets a niceness.
         *
         * @param which 0 for one process, or on Linux thread.
         * @param who   0 for the calling one.
         * @param value -20 to 19.
         * @return 0.
         */
        int setpriority(int which, int who, int value) throws LastErrorException;
    }

    private BackgroundPriority() {}

    /** Lowers the calling thread's priority. What goes wrong costs speed, and nothing else. */
    static void applyToCaller() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            Native.load("c", SystemCalls.class).setpriority(0, 0, NICENESS);
        } catch (final LastErrorException | LinkageError e) {
            LOG.warn("{} runs at the usual priority", Thread.currentThread().getName(), e);
        }
    }
}
