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
    private final ItemReadings items;

    Readings(final SaleBoard board, final HealthSource health, final MetricsSource metrics) {
        this.board = board;
        this.health = health;
        this.metrics = metrics;
        items = new ItemReadings(board);
    }

    /** The answer as of now. */
    Reply read(final Entry entry) {
        try {
            return switch (entry.endpoint) {
                case SALE -> sale(entry.json);
                case ITEMS -> items.page(entry.item, entry.limit, entry.json);
                case ITEM -> items.item(entry.item, entry.json);
                case ITEM_IMAGE -> items.image(entry.item);
                case HEALTH, HEALTH_READY -> health(false, entry.json);
                case HEALTH_LIVE -> health(true, entry.json);
                case OPENAPI -> OpenApi.DOCUMENT;
                case METRICS -> Reply.text(200, metrics.scrape());
                case CHECKOUT, PURCHASE -> throw new IllegalArgumentException("a command: " + entry.endpoint);
            };
        } catch (final RuntimeException e) {
            LOG.error("could not answer {}", entry.endpoint.path, e);
            return Replies.INTERNAL_ERROR;
        }
    }

    private Reply sale(final boolean json) {
        final SaleStatus status = new SaleStatus();
        board.read(status);
        return new Sheet(json)
                .add("sale_id", status.saleId())
                .add("opens_at", time(status.opensAtMillis()))
                .add("closes_at", time(status.closesAtMillis()))
                .add("total", status.items())
                .add("available", status.available())
                .add("held", status.held())
                .add("sold", status.sold())
                .add("server_time", time(status.nowMillis()))
                .reply();
    }

    private static String time(final long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    private Reply health(final boolean liveOnly, final boolean json) {
        final HealthReport report = health.health();
        final int status = (liveOnly ? report.live() : report.ready()) ? 200 : 503;
        return json ? Reply.json(status, asJson(report)) : Reply.text(status, asText(report));
    }

    private static String asText(final HealthReport report) {
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
        return text.toString();
    }

    private static JsonText asJson(final HealthReport report) {
        final JsonText text = new JsonText()
                .beginObject()
                .name("live")
                .bool(report.live())
                .name("ready")
                .bool(report.ready())
                .name("parts")
                .beginArray();
        for (final HealthReport.Part part : report.parts()) {
            text.beginObject()
                    .name("name")
                    .string(part.name())
                    .name("ok")
                    .bool(part.ok())
                    .name("detail")
                    .string(part.detail())
                    .endObject();
        }
        return text.endArray().endObject();
    }
}
