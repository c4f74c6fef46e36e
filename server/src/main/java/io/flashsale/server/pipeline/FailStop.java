package io.flashsale.server.pipeline;

/**
 * What happens when a stage fails: the process stops at once, without the orderly shutdown, whose drain would wait for
 * the very thread that failed. What was answered is in the journal; the next start decides about the rest.
 */
@FunctionalInterface
public interface FailStop {
    /** Exit code of a halted process: EX_SOFTWARE of sysexits.h. */
    int EXIT_CODE = 70;

    /**
     * Stops the process.
     *
     * @param what  was being done.
     * @param cause why it cannot go on.
     */
    void halt(String what, Throwable cause);
}
