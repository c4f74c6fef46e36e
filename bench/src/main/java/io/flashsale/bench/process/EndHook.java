package io.flashsale.bench.process;

/**
 * Something to be done if this process is told to end meanwhile, until it is closed. Where the process is ending already, a
 * close leaves it to run: the two may run at the same time. Thread-safe.
 */
public final class EndHook implements AutoCloseable {
    private final Thread thread;

    private EndHook(final Thread thread) {
        this.thread = thread;
    }

    /**
     * Has something done at the end of the process.
     *
     * @param name   of the thread that does it.
     * @param action that may be done beside whatever the process is doing then.
     * @return what takes it back.
     */
    public static EndHook add(final String name, final Runnable action) {
        final Thread thread = new Thread(action, name);
        Runtime.getRuntime().addShutdownHook(thread);
        return new EndHook(thread);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (final IllegalStateException isEnding) {
            // It runs, or has run.
        }
    }
}
