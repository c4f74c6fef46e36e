package io.flashsale.projector;

import io.flashsale.engine.Decision;
import io.flashsale.engine.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of commands changed, as rows: the content of one transaction. It is kept until the transaction is known to
 * be committed, so that an outage costs no replay.
 *
 * <p>Item rows are not kept but generated again when sent: a million of them follow from their sale.
 *
 * <p>For one thread.
 */
final class ProjectionBatch {
    private static final int CHECKOUT_COLUMNS = 8;
    private static final int PURCHASE_COLUMNS = 5;
    private static final int RELEASE_COLUMNS = 3;
    private static final Map<Outcome, byte[]> LABELS = new EnumMap<>(Outcome.class);

    static {
        for (final Outcome outcome : Outcome.values()) {
            LABELS.put(outcome, outcome.name().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private final List<OpenedSale> sales = new ArrayList<>();
    private final CopyRows checkouts = new CopyRows();
    private final CopyRows purchases = new CopyRows();
    private final CopyRows releases = new CopyRows();
    private long begin;
    private long end;
    private long firstTouchedSale;
    private long lastTouchedSale;

    /** Empties the batch: what comes next follows a sequence. */
    void clear(final long through) {
        sales.clear();
        checkouts.clear();
        purchases.clear();
        releases.clear();
        begin = through;
        end = through;
        firstTouchedSale = Long.MAX_VALUE;
        lastTouchedSale = Long.MIN_VALUE;
    }

    /** A command was taken in, with or without rows. */
    void advance(final long sequence) {
        end = sequence;
    }

    void saleOpened(final OpenedSale sale) {
        sales.add(sale);
    }

    void checkout(final Decision decision) {
        final Outcome outcome = decision.outcome();
        checkouts
                .startRow(CHECKOUT_COLUMNS)
                .bigint(decision.saleId())
                .bigint(decision.sequence())
                .bigint(decision.user())
                .integer(decision.item());
        if (outcome == Outcome.RESERVED) {
            checkouts.uuid(decision.codeHigh(), decision.codeLow());
        } else {
            checkouts.none();
        }
        checkouts.text(LABELS.get(outcome)).time(decision.timestampMillis());
        if (outcome == Outcome.RESERVED) {
            checkouts.time(decision.expiresAtMillis());
        } else {
            checkouts.none();
        }
    }

    void purchase(final Decision decision) {
        touch(decision.saleId());
        purchases
                .startRow(PURCHASE_COLUMNS)
                .bigint(decision.saleId())
                .integer(decision.item())
                .bigint(decision.checkoutSequence())
                .bigint(decision.user())
                .time(decision.timestampMillis());
    }

    void release(final Decision decision) {
        touch(decision.saleId());
        releases.startRow(RELEASE_COLUMNS)
                .bigint(decision.saleId())
                .bigint(decision.checkoutSequence())
                .time(decision.timestampMillis());
    }

    private void touch(final long saleId) {
        firstTouchedSale = Math.min(firstTouchedSale, saleId);
        lastTouchedSale = Math.max(lastTouchedSale, saleId);
    }

    boolean isEmpty() {
        return begin == end;
    }

    /** Whether it was sent, or some of it: it takes in nothing more until it is committed. */
    boolean isSealed() {
        return checkouts.isSealed() || purchases.isSealed() || releases.isSealed();
    }

    /** Commands taken in. */
    long commands() {
        return end - begin;
    }

    /** The sequence before the first command: the progress that the database must have. */
    long begin() {
        return begin;
    }

    /** The last command's sequence: the progress that the database will have. */
    long end() {
        return end;
    }

    List<OpenedSale> sales() {
        return sales;
    }

    CopyRows checkouts() {
        return checkouts;
    }

    CopyRows purchases() {
        return purchases;
    }

    CopyRows releases() {
        return releases;
    }

    /** The oldest sale that a purchase or a release belongs to. */
    long firstTouchedSale() {
        return firstTouchedSale;
    }

    /** The newest sale that a purchase or a release belongs to. */
    long lastTouchedSale() {
        return lastTouchedSale;
    }
}
