package io.flashsale.server.lifecycle;

import io.flashsale.journal.JournalWriter;
import io.flashsale.projector.ProjectorStatus;
import io.flashsale.projector.Snapshotter;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.transport.Admission;
import io.flashsale.transport.HealthReport;
import io.flashsale.transport.HealthReport.Part;
import io.flashsale.transport.HealthSource;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the service says about itself. Ready means that it can sell; a projector or a database in trouble is shown with
 * its lag and makes nothing unready. A service that is not live has halted and answers nobody.
 */
final class ServerHealth implements HealthSource {
    private final Supplier<Admission> admission;
    private final SaleBoard board;
    private final JournalWriter journal;
    private final SaleClock clock;
    private final Projection projection;
    private final Supplier<Snapshotter> snapshotter;

    ServerHealth(
            final Supplier<Admission> admission,
            final SaleBoard board,
            final JournalWriter journal,
            final SaleClock clock,
            final Projection projection,
            final Supplier<Snapshotter> snapshotter) {
        this.admission = admission;
        this.board = board;
        this.journal = journal;
        this.clock = clock;
        this.projection = projection;
        this.snapshotter = snapshotter;
    }

    @Override
    public HealthReport health() {
        final Admission admitted = admission.get();
        final List<Part> parts = new ArrayList<>();
        parts.add(sale());
        parts.add(new Part("admission", admitted == Admission.OPEN, describe(admitted)));
        parts.add(journal(admitted));
        parts.add(clock());
        parts.add(projector());
        parts.add(snapshots());
        return new HealthReport(true, admitted == Admission.OPEN, parts);
    }

    private Part sale() {
        final SaleStatus sale = new SaleStatus();
        board.read(sale);
        return new Part(
                "sale",
                sale.items() > 0,
                "sale " + sale.saleId() + ": " + sale.available() + " available, " + sale.held() + " held, "
                        + sale.sold() + " sold");
    }

    private static String describe(final Admission admission) {
        return switch (admission) {
            case OPEN -> "commands are taken";
            case DRAINING -> "stopping: commands are refused";
            case OUT_OF_SPACE -> "the disk is nearly full: commands are refused until there is space";
        };
    }

    private Part journal(final Admission admission) {
        return new Part(
                "journal",
                admission != Admission.OUT_OF_SPACE,
                "sequence " + journal.appendedSequence() + ", durable through " + journal.durableSequence()
                        + ", segment " + journal.segment());
    }

    private Part clock() {
        final long drift = clock.driftMillis();
        final boolean agrees = Math.abs(drift) <= SaleClock.REPORTED_DRIFT_MILLIS;
        return new Part("clock", agrees, "sale time minus wall time: " + drift + " ms");
    }

    private Part snapshots() {
        final Snapshotter running = snapshotter.get();
        if (running == null) {
            return new Part("snapshots", true, "starting");
        }
        final String trouble = running.trouble();
        return new Part(
                "snapshots",
                trouble == null,
                "newest of sequence " + running.snapshotSequence() + (trouble == null ? "" : "; " + trouble));
    }

    private Part projector() {
        if (projection == null) {
            return new Part("projector", true, "none");
        }
        final ProjectorStatus status = projection.status();
        if (status == null) {
            final String failure = projection.failure();
            return new Part("projector", failure == null, failure == null ? "the database is starting" : failure);
        }
        final long lag = Math.max(0, journal.appendedSequence() - status.projectedSequence());
        final String error = status.lastError() == null ? "" : "; " + status.lastError();
        return new Part(
                "projector",
                status.isHealthy(),
                projection.place() + status.state() + ", lag " + lag + " commands" + error);
    }
}
