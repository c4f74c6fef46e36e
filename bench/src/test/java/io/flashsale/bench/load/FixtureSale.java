package io.flashsale.bench.load;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A sale of the simplest kind: each item is held by whoever asks first, and bought with the code. */
final class FixtureSale implements FixtureServer.Script {
    private final Set<String> held = new HashSet<>();
    private final Map<String, Boolean> boughtByCode = new HashMap<>();
    private static final int TOTAL = 10_000;

    private long sequence;
    private long stallAt = Long.MAX_VALUE;
    private long stallMillis;

    /** Stalls everybody once, before a given answer. */
    FixtureSale stallingOnce(final long beforeAnswer, final long millis) {
        stallAt = beforeAnswer;
        stallMillis = millis;
        return this;
    }

    @Override
    public synchronized String answer(final String requestLine) throws InterruptedException {
        if (requestLine.startsWith("GET /sale")) {
            return sale(TOTAL);
        }
        sequence++;
        if (sequence == stallAt) {
            TimeUnit.MILLISECONDS.sleep(stallMillis);
        }
        final String place = "Sale-Sequence: " + sequence + "\r\n";
        if (requestLine.startsWith("POST /checkout?user_id=")) {
            if (!held.add(parameter(requestLine, "item_id="))) {
                return FixtureServer.response(409, "This item is held: try another one.\n", place);
            }
            final String code = new UUID(1_700_000_000L << 32 | sequence, ~sequence).toString();
            boughtByCode.put(code, false);
            return FixtureServer.response(200, code, place);
        }
        final Boolean bought = boughtByCode.replace(parameter(requestLine, "/purchase?code="), true);
        return Boolean.FALSE.equals(bought)
                ? FixtureServer.response(200, "", place)
                : FixtureServer.response(409, "This code cannot be used.\n", place);
    }

    /** What GET /sale says of an untouched sale. */
    static String sale(final int total) {
        return FixtureServer.response(
                200,
                "sale_id: 1700000000\nopens_at: 2023-11-14T22:13:20Z\ncloses_at: 2023-11-14T23:13:20Z\ntotal: " + total
                        + "\navailable: " + total + "\nheld: 0\nsold: 0\nserver_time: 2023-11-14T22:13:21Z\n",
                "");
    }

    synchronized int held() {
        return held.size();
    }

    synchronized long bought() {
        return boughtByCode.values().stream().filter(bought -> bought).count();
    }

    static String parameter(final String requestLine, final String name) {
        final int from = requestLine.indexOf(name) + name.length();
        return requestLine.substring(from, requestLine.indexOf(' ', from));
    }
}
