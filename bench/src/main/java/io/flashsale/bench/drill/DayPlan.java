package io.flashsale.bench.drill;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * How long a rehearsed day is and how much goes on in it. The incidents are spread over it evenly.
 *
 * @param sales       of the day; the time that a restart takes is the day's, too.
 * @param saleSeconds length of a sale.
 * @param rate        requests a second.
 * @param outageSales how many sales PostgreSQL is away for.
 * @param retainHours value of {@code APP_RETAIN_HOURS}.
 * @param incidents   whether there are any; without, one process lives through the whole day.
 */
public record DayPlan(int sales, int saleSeconds, double rate, int outageSales, String retainHours, boolean incidents) {
    /** The load's users: so many that none reaches the limit by chance alone. */
    static final long USERS = 100_000;

    private static final int INCIDENTS = 5;

    /** Checks what the incidents need. */
    public DayPlan {
        if (sales <= INCIDENTS || saleSeconds < 2 || outageSales < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("a day needs at least " + (INCIDENTS + 1)
                    + " sales of at least 2 s, a load, and an outage of a sale");
        }
    }

    /**
     * A day of sales of five seconds, with an outage of twenty and a retention of 36.
     *
     * @param sales of the day: 120 take ten minutes.
     * @param rate  requests a second.
     * @return the plan.
     */
    public static DayPlan of(final int sales, final double rate) {
        return new DayPlan(sales, 5, rate, 4, "0.01", true);
    }

    /**
     * The same day without an incident.
     *
     * @return another plan.
     */
    public DayPlan withoutIncidents() {
        return new DayPlan(sales, saleSeconds, rate, outageSales, retainHours, false);
    }

    /** The rules of a sale that the incidents change. */
    record Rules(int items, int userLimit, int holdSeconds) {
        Duration hold() {
            return Duration.ofSeconds(holdSeconds);
        }
    }

    /** Until the change of configuration. */
    Rules firstRules() {
        return new Rules(500, 10, saleSeconds);
    }

    /** After it. Each value differs, and what the load does stays possible. */
    Rules laterRules() {
        return new Rules(300, 5, saleSeconds - 1);
    }

    /** The settings of the service that rules stand for. */
    Map<String, String> settings(final Rules rules) {
        return Map.of(
                "APP_SALE_SECONDS", String.valueOf(saleSeconds),
                "APP_ITEM_NUMBER", String.valueOf(rules.items()),
                "APP_USER_LIMIT", String.valueOf(rules.userLimit()),
                "APP_HOLD_SECONDS", String.valueOf(rules.holdSeconds()),
                "APP_RETAIN_HOURS", retainHours,
                "APP_DRAIN_SECONDS", "60");
    }

    /** As {@link #retainHours}. */
    Duration retain() {
        return Duration.ofMillis(new BigDecimal(retainHours)
                .multiply(BigDecimal.valueOf(3_600_000))
                .longValue());
    }

    /** After how many sales of the day an incident happens, counted from 1. */
    int saleOf(final int incident) {
        return sales * incident / (INCIDENTS + 1);
    }
}
