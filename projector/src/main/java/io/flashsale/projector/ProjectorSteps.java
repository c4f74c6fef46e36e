package io.flashsale.projector;

import java.sql.Connection;
import java.sql.SQLException;

/** Where a test may strike: called on the projector's thread between the steps of a transaction. */
@FunctionalInterface
public interface ProjectorSteps {
    /** Nothing happens. */
    ProjectorSteps NONE = (step, end, connection) -> {};

    /** The steps, in their order. */
    enum Step {
        /** The progress is updated, so no other projector gets in. */
        FENCED,
        /** Every row is sent. */
        ROWS_WRITTEN,
        /** The journal is durable and the mark is written; COMMIT comes next. */
        MARKED,
        /** PostgreSQL has confirmed; the projector does not know yet. */
        COMMITTED
    }

    /**
     * A step was taken.
     *
     * @param step       which.
     * @param end        last sequence of the batch.
     * @param connection that the batch is written through.
     * @throws SQLException to make the step fail as PostgreSQL would.
     */
    void after(Step step, long end, Connection connection) throws SQLException;
}
