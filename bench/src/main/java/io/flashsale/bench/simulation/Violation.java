package io.flashsale.bench.simulation;

/** A promise was broken: a bug in the service, or in the simulation. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(final String message) {
        super(message);
    }

    Violation(final String message, final Throwable cause) {
        super(message + ": " + cause, cause);
    }

    static void check(final boolean condition, final String message) {
        if (!condition) {
            throw new Violation(message);
        }
    }

    static void same(final long wanted, final long found, final String what) {
        if (wanted != found) {
            throw new Violation(what + ": " + found + ", not " + wanted);
        }
    }
}
