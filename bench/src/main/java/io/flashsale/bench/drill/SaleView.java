package io.flashsale.bench.drill;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code GET /sale} says.
 *
 * @param id    of the open sale.
 * @param total its items.
 * @param sold  of those.
 */
record SaleView(long id, int total, int sold) {
    static SaleView of(final ShopClient client) throws IOException, InterruptedException {
        final String body = client.get("/sale").body();
        return new SaleView(number(body, "sale_id"), (int) number(body, "total"), (int) number(body, "sold"));
    }

    /** The first sale that is seen after another. */
    static SaleView after(final ShopClient client, final long id, final long timeoutSeconds)
            throws IOException, InterruptedException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        SaleView sale = of(client);
        while (sale.id() == id) {
            DrillFailedException.require(
                    System.nanoTime() - deadline < 0, "sale " + id + " does not close within " + timeoutSeconds + " s");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            sale = of(client);
        }
        return sale;
    }

    private static long number(final String body, final String name) {
        return body.lines()
                .filter(line -> line.startsWith(name + ": "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " in:\n" + body));
    }
}
