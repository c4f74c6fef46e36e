package io.flashsale.transport;

/** Renders all metrics. Called on the admin port's own event loop. */
@FunctionalInterface
public interface MetricsSource {
    /**
     * The present figures.
     *
     * @return Prometheus text format 0.0.4.
     */
    String scrape();
}
