package io.flashsale.server.lifecycle;

import io.flashsale.engine.Outcome;
import io.flashsale.journal.JournalWriter;
import io.flashsale.projector.ProjectorStatus;
import io.flashsale.server.pipeline.Pipeline;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.transport.Counter;
import io.flashsale.transport.MetricsSource;
import io.flashsale.transport.Refusal;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import io.flashsale.transport.TransportCounters;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Renders the service's counters as Prometheus text. Everything is read when asked for; nothing is counted here. */
final class ServerMetrics implements MetricsSource {
    private static final int LAST_STATUS = 599;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();

    ServerMetrics(
            final Pipeline pipeline,
            final JournalWriter journal,
            final SaleClock clock,
            final SaleBoard board,
            final Supplier<TransportCounters> transport,
            final Projection projection) {
        outcomes(pipeline);
        ring(pipeline);
        journal(journal);
        gauge("flashsale_clock_drift_seconds", "Sale time minus wall time.", () -> clock.driftMillis() / 1_000.0);
        sale(board);
        transport(transport);
        if (projection != null) {
            projector(journal, projection);
        }
    }

    private void outcomes(final Pipeline pipeline) {
        CounterWithCallback.builder()
                .name("flashsale_outcomes_total")
                .help("Commands decided since the start, by outcome.")
                .labelNames("outcome")
                .callback(callback -> {
                    for (final Outcome outcome : Outcome.values()) {
                        callback.call(
                                (double) pipeline.counters().of(outcome),
                                outcome.name().toLowerCase(Locale.ROOT));
                    }
                })
                .register(registry);
    }

    private void ring(final Pipeline pipeline) {
        gauge("flashsale_ring_slots", "Slots of the ring.", pipeline::ringCapacity);
        gauge("flashsale_ring_slots_free", "Free slots of the ring.", pipeline::ringRemaining);
    }

    private void journal(final JournalWriter journal) {
        gauge("flashsale_journal_sequence", "Last appended sequence.", journal::appendedSequence);
        gauge("flashsale_journal_durable_sequence", "Last synced sequence.", journal::durableSequence);
        gauge("flashsale_journal_segment", "Number of the segment that is written.", journal::segment);
        counter("flashsale_journal_bytes_total", "Bytes appended since the start.", journal::bytes);
        gauge("flashsale_journal_frontier_lead_bytes", "Filled space ahead of the writer.", journal::frontierLead);
    }

    private void sale(final SaleBoard board) {
        sale("flashsale_sale_id", "Opening of the open sale, epoch seconds.", board, SaleStatus::saleId);
        sale("flashsale_sale_items", "Items of the open sale.", board, SaleStatus::items);
        sale("flashsale_sale_available", "Items that can be checked out.", board, SaleStatus::available);
        sale("flashsale_sale_held", "Items under a live hold.", board, SaleStatus::held);
        sale("flashsale_sale_sold", "Items sold.", board, SaleStatus::sold);
    }

    private void sale(
            final String name, final String help, final SaleBoard board, final ToDoubleFunction<SaleStatus> value) {
        gauge(name, help, () -> {
            final SaleStatus status = new SaleStatus();
            board.read(status);
            return value.applyAsDouble(status);
        });
    }

    private void transport(final Supplier<TransportCounters> transport) {
        for (final Counter counter : Counter.values()) {
            final String name = counter.name().toLowerCase(Locale.ROOT);
            counter(
                    "flashsale_http_" + name + "_total",
                    "See Counter." + counter.name() + ".",
                    () -> transport.get().total(counter));
        }
        CounterWithCallback.builder()
                .name("flashsale_http_answers_total")
                .help("Answers handed to sockets, by status.")
                .labelNames("status")
                .callback(callback -> {
                    for (int status = 100; status <= LAST_STATUS; status++) {
                        final long count = transport.get().answers(status);
                        if (count > 0) {
                            callback.call((double) count, String.valueOf(status));
                        }
                    }
                })
                .register(registry);
        CounterWithCallback.builder()
                .name("flashsale_http_refused_total")
                .help("Requests refused with 503, by reason.")
                .labelNames("reason")
                .callback(callback -> {
                    for (final Refusal refusal : Refusal.values()) {
                        callback.call(
                                (double) transport.get().refused(refusal),
                                refusal.name().toLowerCase(Locale.ROOT));
                    }
                })
                .register(registry);
        gauge(
                "flashsale_http_connections_open",
                "Connections open now.",
                () -> transport.get().openConnections());
    }

    private void projector(final JournalWriter journal, final Projection projection) {
        gauge("flashsale_projector_sequence", "Last sequence committed to PostgreSQL.", () -> projected(projection));
        gauge(
                "flashsale_projector_lag_commands",
                "Commands that are not in PostgreSQL yet.",
                () -> Math.max(0, journal.appendedSequence() - projected(projection)));
        gauge("flashsale_projector_up", "1 if the projector works, 0 if it waits or stopped.", () -> {
            final ProjectorStatus status = projection.status();
            return status != null && status.isHealthy() ? 1 : 0;
        });
    }

    private static double projected(final Projection projection) {
        final ProjectorStatus status = projection.status();
        return status == null ? 0 : status.projectedSequence();
    }

    private void gauge(final String name, final String help, final DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private void counter(final String name, final String help, final DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    @Override
    public String scrape() {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(8 * 1_024);
        try {
            writer.write(out, registry.scrape());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
