package io.flashsale.server.lifecycle;

import io.flashsale.projector.ProjectionException;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.ProjectorStatus;
import io.flashsale.projector.ProjectorStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A projector in another process, seen by the mark that it leaves in the data directory. The journal ticks every second,
 * so the mark of a projector that works moves about as often.
 */
final class OutsideProjection implements Projection {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REMEDY = "is flash-sale project running, and does it reach PostgreSQL?";

    private final Path mark;
    private final long journalId;

    /**
     * Assigns; reads nothing.
     *
     * @param mark      file of the projector's mark.
     * @param journalId of the journal that is projected.
     */
    OutsideProjection(final Path mark, final long journalId) {
        this.mark = mark;
        this.journalId = journalId;
    }

    @Override
    public String place() {
        return "outside, ";
    }

    @Override
    public ProjectorStatus status() {
        try {
            final Optional<ProjectionMark.Position> found =
                    ProjectionMark.read(mark).filter(position -> position.journalId() == journalId);
            if (found.isEmpty()) {
                return new ProjectorStatus(State.STOPPED, 0, 0, "it has not written yet: " + REMEDY);
            }
            final long sequence = found.get().sequence();
            final long seconds = (System.currentTimeMillis()
                            - Files.getLastModifiedTime(mark).toMillis())
                    / 1_000;
            return seconds <= PATIENCE.toSeconds()
                    ? new ProjectorStatus(State.RUNNING, sequence, sequence, null)
                    : new ProjectorStatus(
                            State.STOPPED,
                            sequence,
                            sequence,
                            "its mark has not moved for " + seconds + " s: " + REMEDY);
        } catch (final IOException | ProjectionException e) {
            return new ProjectorStatus(State.STOPPED, 0, 0, e.getMessage());
        }
    }

    @Override
    public String failure() {
        return null;
    }
}
