package io.flashsale.bench.sale;

import io.flashsale.bench.http.ServiceMetrics;
import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for untouched sales. For one thread. */
final class NewSale {
    private static final Duration CATCH_UP = Duration.ofMinutes(2);
    private static final long PATIENCE_SECONDS = 3_700;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ServiceMetrics metrics;
    private final int saleSeconds;
    private long last;

    NewSale(final ServiceMetrics metrics, final int saleSeconds) {
        this.metrics = metrics;
        this.saleSeconds = saleSeconds;
    }

    /** PostgreSQL, once the service has made its tables. */
    SaleRows rows(final DatabaseConfig database) throws IOException, InterruptedException, SQLException {
        metrics.awaitNoLag(CATCH_UP);
        // The sale that was open at the start may be over soon.
        last = id();
        return new SaleRows(database);
    }

    /**
     * Waits until a sale opens that was not seen before, and until PostgreSQL has its items and nothing is left to write.
     *
     * @return its id.
     */
    long await(final SaleRows rows, final int items) throws IOException, InterruptedException, SQLException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (id() == last) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("no new sale opened within " + PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        last = id();
        rows.awaitItems(last, items);
        metrics.awaitNoLag(CATCH_UP);
        return last;
    }

    /** Whether a sale is the open one, and stays that for a while, if the wall clock is right. */
    boolean isOpenFor(final long sale, final long millis) throws IOException, InterruptedException {
        return id() == sale && System.currentTimeMillis() + millis < (sale + saleSeconds) * 1_000;
    }

    void requireOpen(final long sale, final String otherwise) throws IOException, InterruptedException {
        if (id() != sale) {
            throw new IOException(otherwise);
        }
    }

    private long id() throws IOException, InterruptedException {
        return (long) metrics.value("flashsale_sale_id");
    }
}
