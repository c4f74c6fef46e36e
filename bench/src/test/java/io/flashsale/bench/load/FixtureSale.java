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
        sequence++;
        if (sequence == stallAt) {
            TimeUnit.MILLISECONDS.sleep(stallMillis);
        }
        final String place = "Sale-Sequence: " + sequence + "\r\n";
        if (requestLine.startsWith("POST /checkout?user_id=")) {
            if (!held.add(parameter(requestLine, "item_id="))) {
                return FixtureServer.response(409, "This item is held: try another one.\n", place);
            }
            final String code = new UUID(sequence * 0x9E37_79B9_7F4A_7C15L, ~sequence).toString();
            boughtByCode.put(code, false);
            return FixtureServer.response(200, code, place);
        }
        final Boolean bought = boughtByCode.replace(parameter(requestLine, "/purchase?code="), true);
        return Boolean.FALSE.equals(bought)
                ? FixtureServer.response(200, "", place)
                : FixtureServer.response(409, "This code cannot be used.\n", place);
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
