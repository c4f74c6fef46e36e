package io.flashsale.transport;

import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests that only read, when their turn comes. Shared by all event loops. */
final class Readings {
    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);

    private final SaleBoard board;
    private final HealthSource health;
    private final MetricsSource metrics;

    Readings(final SaleBoard board, final HealthSource health, final MetricsSource metrics) {
        this.board = board;
        this.health = health;
        this.metrics = metrics;
    }

    /** The answer as of now. */
    Reply read(final Endpoint endpoint) {
        try {
            return switch (endpoint) {
                case SALE -> sale();
                case HEALTH, HEALTH_READY -> health(false);
                case HEALTH_LIVE -> health(true);
                case METRICS -> Reply.with(200, "", metrics.scrape());
                case CHECKOUT, PURCHASE -> throw new IllegalArgumentException("a command: " + endpoint);
            };
        } catch (final RuntimeException e) {
            LOG.error("could not answer {}", endpoint.path, e);
            return Replies.INTERNAL_ERROR;
        }
    }

    private Reply sale() {
        final SaleStatus status = new SaleStatus();
        board.read(status);
        return Reply.with(
                200,
                "",
                "sale_id: " + status.saleId()
                        + "\nopens_at: " + Instant.ofEpochMilli(status.opensAtMillis())
                        + "\ncloses_at: " + Instant.ofEpochMilli(status.closesAtMillis())
                        + "\ntotal: " + status.items()
                        + "\navailable: " + status.available()
                        + "\nheld: " + status.held()
                        + "\nsold: " + status.sold()
                        + "\nserver_time: " + Instant.ofEpochMilli(status.nowMillis())
                        + "\n");
    }

    private Reply health(final boolean liveOnly) {
        final HealthReport report = health.health();
        final StringBuilder text = new StringBuilder(256)
                .append("live: ")
                .append(report.live() ? "ok" : "failed")
                .append("\nready: ")
                .append(report.ready() ? "ok" : "failed")
                .append('\n');
        for (final HealthReport.Part part : report.parts()) {
            text.append(part.name()).append(": ").append(part.ok() ? "ok" : "failed");
            if (!part.detail().isEmpty()) {
                text.append(", ").append(part.detail());
            }
            text.append('\n');
        }
        return Reply.with((liveOnly ? report.live() : report.ready()) ? 200 : 503, "", text.toString());
    }
}
