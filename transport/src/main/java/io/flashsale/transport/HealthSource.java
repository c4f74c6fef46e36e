package io.flashsale.transport;

/** Composes the health report. Called on event loops, so it reads what is known and waits for nothing. */
@FunctionalInterface
public interface HealthSource {
    /**
     * The present state.
     *
     * @return report.
     */
    HealthReport health();
}
