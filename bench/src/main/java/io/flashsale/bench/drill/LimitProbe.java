package io.flashsale.bench.drill;

import java.io.IOException;
import java.util.UUID;

/** A user who checks out until the limit of the sale is reached, while no load runs. */
final class LimitProbe {
    /** Nobody of a load has an id below 1. */
    private static final long FIRST_USER = -1;

    private final DayService service;
    private final Ledger ledger;

    LimitProbe(final DayService service, final Ledger ledger) {
        this.service = service;
        this.ledger = ledger;
    }

    /**
     * Tries, again with another user if a boundary comes between.
     *
     * @return how many holds the user got; all items if there is no limit.
     */
    int run() throws IOException, InterruptedException {
        for (long user = FIRST_USER; ; user--) {
            final SaleView sale = service.look();
            final int holds = holds(user, sale.total());
            if (service.look().id() == sale.id()) {
                return holds;
            }
        }
    }

    private int holds(final long user, final int items) throws IOException, InterruptedException {
        int holds = 0;
        for (int item = 0; item < items; item++) {
            ledger.checkoutSent(user, item);
            final ShopClient.Answer answer = service.client().checkout(user, item);
            if (answer.status() == 200) {
                final UUID code = UUID.fromString(answer.body());
                ledger.checkoutAnswered(
                        user,
                        item,
                        code.getMostSignificantBits(),
                        code.getLeastSignificantBits(),
                        0,
                        System.nanoTime());
                holds++;
            } else if (answer.body().contains("limit")) {
                return holds;
            }
        }
        return holds;
    }
}
