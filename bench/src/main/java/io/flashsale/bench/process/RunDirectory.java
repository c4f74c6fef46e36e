package io.flashsale.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A directory for the data of a run that leaves nothing: when it is closed, or this process is told to stop, what was started
 * for it is stopped and the directory is deleted. Where it is told to stop, processes that are left below it are killed.
 * Thread-safe.
 */
public final class RunDirectory implements AutoCloseable {
    private static final long END_SECONDS = 5;
    private static final int DELETIONS = 50;
    private static final long PAUSE_MILLIS = 50;

    private final Deque<Runnable> stops = new ArrayDeque<>();
    private final Path path;
    private final EndHook hook;
    private boolean ended;

    private RunDirectory(final Path path) {
        this.path = path;
        hook = EndHook.add("bench-run-end", () -> end(RunDirectory::killChildren));
    }

    /**
     * Makes one below the working directory.
     *
     * @param prefix of its name.
     * @return a run's directory.
     * @throws IOException if it cannot be made.
     */
    public static RunDirectory create(final String prefix) throws IOException {
        return new RunDirectory(ScratchDirectory.create(prefix));
    }

    /**
     * Where it is.
     *
     * @return absolute path.
     */
    public Path path() {
        return path;
    }

    /**
     * Has something stopped at the end, before what was named earlier.
     *
     * @param stop that stops it, or does nothing if it does not run.
     */
    public synchronized void atEnd(final Runnable stop) {
        stops.push(stop);
    }

    @Override
    public void close() {
        end(() -> {});
        hook.close();
    }

    private synchronized void end(final Runnable beforeDeletion) {
        if (!ended) {
            ended = true;
            stops.forEach(RunDirectory::run);
            beforeDeletion.run();
            delete();
        }
    }

    /** Where the process is told to stop, nobody else ends what the run has started. */
    private static void killChildren() {
        final List<ProcessHandle> children = ProcessHandle.current().children().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            for (final ProcessHandle child : children) {
                child.onExit().get(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (final ExecutionException | TimeoutException e) {
            System.err.println("processes of this run do not end: " + children);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(final Runnable stop) {
        try {
            stop.run();
        } catch (final RuntimeException e) {
            System.err.println("what was started for this run does not stop: " + e.getMessage());
        }
    }

    /** Where the process is told to stop, the run's own threads may add a file meanwhile. */
    private void delete() {
        IOException failure = null;
        for (int i = 0; i < DELETIONS && Files.exists(path); i++) {
            try {
                ScratchDirectory.delete(path);
                return;
            } catch (final IOException | RuntimeException e) {
                failure = new IOException(e.getMessage(), e);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (failure != null) {
            System.err.println("cannot delete " + path + ": " + failure.getMessage());
        }
    }
}
