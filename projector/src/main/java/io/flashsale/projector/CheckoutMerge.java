package io.flashsale.projector;

import io.flashsale.engine.Decision;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * The second pass of a verification: each attempt as the replay decides it, beside the next row of checkouts. Sales follow
 * each other in the journal, so the order by sale and sequence is the journal's own.
 */
final class CheckoutMerge implements JournalReplay.Listener, AutoCloseable {
    private static final String[] COLUMNS = {
        "user_id", "item_id", "code", "outcome", "created_at", "expires_at", "purchased_at", "released_at"
    };

    private final RowCursor rows;
    private final ExpectedPurchases expected;
    private final long floorSale;
    private final LongHashSet dropped;
    private final Long2ObjectHashMap<AttemptsKept> attemptsKept;
    private final Differences differences;
    private long attempts;

    CheckoutMerge(
            final Connection connection,
            final ExpectedPurchases expected,
            final long floorSale,
            final LongHashSet dropped,
            final Long2ObjectHashMap<AttemptsKept> attemptsKept,
            final Differences differences)
            throws SQLException {
        this.expected = expected;
        this.floorSale = floorSale;
        this.dropped = dropped;
        this.attemptsKept = attemptsKept;
        this.differences = differences;
        rows = new RowCursor(
                connection,
                "SELECT sale_id, sequence, user_id, item_id, code::text, outcome::text, created_at, expires_at,"
                        + " purchased_at, released_at FROM checkouts WHERE sale_id > " + floorSale
                        + " ORDER BY sale_id, sequence");
    }

    @Override
    public void onDecision(final SaleEngine engine, final Decision decision) throws SQLException {
        switch (decision.outcome()) {
            case RESERVED, REPEATED, ITEM_UNKNOWN, SOLD_OUT, ITEM_SOLD, ITEM_RESERVED, USER_LIMIT_REACHED -> {
                if (engine.saleId() > floorSale
                        && !dropped.contains(decision.saleId())
                        && attemptsKept
                                .getOrDefault(decision.saleId(), AttemptsKept.ALL)
                                .keeps(decision.outcome())) {
                    compare(decision);
                }
            }
            default -> {
                // No attempt.
            }
        }
    }

    private void compare(final Decision wanted) throws SQLException {
        attempts++;
        while (rows.isPresent()
                && (rows.bigint(1) < wanted.saleId()
                        || (rows.bigint(1) == wanted.saleId() && rows.bigint(2) < wanted.sequence()))) {
            differences.excess(name(rows.bigint(1), rows.bigint(2)));
            rows.advance();
        }
        if (!rows.isPresent() || rows.bigint(1) != wanted.saleId() || rows.bigint(2) != wanted.sequence()) {
            differences.missing(name(wanted.saleId(), wanted.sequence()));
            return;
        }
        final boolean reserved = wanted.outcome() == Outcome.RESERVED;
        differences.compare(
                name(wanted.saleId(), wanted.sequence()),
                COLUMNS,
                new Object[] {
                    wanted.user(),
                    (long) wanted.item(),
                    reserved ? new UUID(wanted.codeHigh(), wanted.codeLow()).toString() : null,
                    wanted.outcome().name(),
                    Instant.ofEpochMilli(wanted.timestampMillis()),
                    reserved ? Instant.ofEpochMilli(wanted.expiresAtMillis()) : null,
                    reserved ? time(expected.purchasedAt(wanted.sequence())) : null,
                    reserved ? time(expected.releasedAt(wanted.sequence())) : null
                },
                new Object[] {
                    rows.number(3),
                    rows.number(4),
                    rows.text(5),
                    rows.text(6),
                    rows.time(7),
                    rows.time(8),
                    rows.time(9),
                    rows.time(10)
                });
        rows.advance();
    }

    /** What is left has no attempt. */
    void finish() throws SQLException {
        for (; rows.isPresent(); rows.advance()) {
            differences.excess(name(rows.bigint(1), rows.bigint(2)));
        }
    }

    private static Instant time(final long millis) {
        return millis == ExpectedPurchases.NEVER ? null : Instant.ofEpochMilli(millis);
    }

    private static String name(final long saleId, final long sequence) {
        return "checkout " + sequence + " of sale " + saleId;
    }

    long attempts() {
        return attempts;
    }

    @Override
    public void close() throws SQLException {
        rows.close();
    }
}
