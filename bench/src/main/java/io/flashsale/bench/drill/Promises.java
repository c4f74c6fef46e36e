package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.engine.SaleCode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Holds a service to what clients were told where holds are short: a code must be good for as long as its hold surely lasts,
 * an answered purchase must be there for as long as its sale is surely in one of the two books. What is older says nothing
 * here; its rows are looked at at the end of the day. For one thread, while no load runs.
 */
final class Promises {
    private static final int MOST = 200;
    /** The service's clock may run faster than this one by a tenth while it slews, and is in milliseconds. */
    private static final double SLEW = 1.1;

    private static final Duration ROUNDING = Duration.ofMillis(50);

    private final Ledger ledger;
    private final int saleSeconds;
    private final Function<UUID, Duration> holdOf;
    private final int most;

    Promises(final Ledger ledger, final int saleSeconds, final Function<UUID, Duration> holdOf) {
        this(ledger, saleSeconds, holdOf, MOST);
    }

    /** Looks at no more than so many of each kind. */
    Promises(final Ledger ledger, final int saleSeconds, final Function<UUID, Duration> holdOf, final int most) {
        this.most = most;
        this.ledger = ledger;
        this.saleSeconds = saleSeconds;
        this.holdOf = holdOf;
    }

    /**
     * What a check found.
     *
     * @param codes     that were bought within their hold.
     * @param purchases that were found done.
     */
    record Kept(int codes, int purchases) {
        @Override
        public String toString() {
            return codes + " codes and " + purchases + " purchases kept";
        }

        /** Whether there was anything to check. */
        boolean isConclusive() {
            return codes + purchases > 0;
        }
    }

    /**
     * Buys with the newest codes that were not bought, then tries to buy again what was. All last equally long: behind the
     * first that is past its time there is nothing more to check.
     */
    Kept check(final ShopClient client) throws Exception {
        checkRefused();
        final List<UUID> purchased = newest(Ledger.Fate.PURCHASED);
        int codes = 0;
        int purchases = 0;
        for (final Ledger.Fate fate : List.of(Ledger.Fate.UNCERTAIN, Ledger.Fate.ISSUED)) {
            for (final UUID code : newest(fate)) {
                if (!buy(client, code, fate)) {
                    break;
                }
                codes++;
            }
        }
        for (final UUID code : purchased) {
            if (!isStillBought(client, code)) {
                break;
            }
            purchases++;
        }
        return new Kept(codes, purchases);
    }

    private boolean buy(final ShopClient client, final UUID code, final Ledger.Fate fate) throws Exception {
        final ShopClient.Answer answer = client.purchase(code);
        final long answered = System.nanoTime();
        if (answer.status() == 200 || (fate == Ledger.Fate.UNCERTAIN && isRefused(answer, "used"))) {
            ledger.settle(code, Ledger.Fate.PURCHASED);
            return true;
        }
        require(
                isRefused(answer, "over") && !surelyLive(code, answered),
                "a code that was received is lost: " + code + ", asked for "
                        + Duration.ofNanos(answered - ledger.askedAt(code)).toMillis() + " ms ago: " + answer);
        if (fate == Ledger.Fate.ISSUED) {
            ledger.settle(code, Ledger.Fate.LAPSED);
        }
        return false;
    }

    private boolean isStillBought(final ShopClient client, final UUID code) throws Exception {
        final ShopClient.Answer answer = client.purchase(code);
        if (isRefused(answer, "used")) {
            return true;
        }
        require(isRefused(answer, "over"), "a purchase that was answered is lost: " + code + ": " + answer);
        // The sale itself and the next one: no third can have pushed it out of the books.
        final long sale = SaleCode.saleId(code.getMostSignificantBits());
        final long open = SaleView.of(client).id();
        require(open > sale + saleSeconds, "a purchase that was answered is lost: " + code + ": " + answer);
        return false;
    }

    /** No load was refused a purchase with a code that surely was live. */
    private void checkRefused() {
        for (final UUID code : ledger.with(Ledger.Fate.REFUSED)) {
            require(!surelyLive(code, ledger.refusedAt(code)), "a purchase with a live code was refused: " + code);
            ledger.settle(code, Ledger.Fate.LAPSED);
        }
    }

    private boolean surelyLive(final UUID code, final long atNanos) {
        return (atNanos - ledger.askedAt(code)) * SLEW + ROUNDING.toNanos()
                < holdOf.apply(code).toNanos();
    }

    private static boolean isRefused(final ShopClient.Answer answer, final String why) {
        return answer.status() == 409 && answer.body().contains(why);
    }

    private List<UUID> newest(final Ledger.Fate fate) {
        final List<UUID> codes = ledger.with(fate);
        codes.sort(Comparator.comparingLong((UUID code) -> ledger.askedAt(code)).reversed());
        return codes.subList(0, Math.min(codes.size(), most));
    }
}
