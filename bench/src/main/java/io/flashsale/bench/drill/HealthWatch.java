package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits until {@code GET /health/ready} says something. */
final class HealthWatch {
    private static final Pattern LAG = Pattern.compile("RUNNING, lag (\\d+) commands");
    /** A moment's work for the projector. */
    private static final int SMALL_LAG = 2_000;

    private HealthWatch() {}

    static void awaitReadiness(final ShopClient client, final int status) throws IOException, InterruptedException {
        await(client, "status " + status, answer -> answer.status() == status);
    }

    static void awaitProjector(final ShopClient client, final String state) throws IOException, InterruptedException {
        await(client, "a projector that is " + state, answer -> answer.body().contains(state));
    }

    static void awaitCaughtUp(final ShopClient client) throws IOException, InterruptedException {
        await(client, "a projector with a lag below " + SMALL_LAG, answer -> {
            final Matcher lag = LAG.matcher(answer.body());
            return lag.find() && Long.parseLong(lag.group(1)) < SMALL_LAG;
        });
    }

    private static void await(final ShopClient client, final String what, final Predicate<ShopClient.Answer> arrived)
            throws IOException, InterruptedException {
        final long deadline = System.nanoTime() + DayService.PATIENCE.toNanos();
        ShopClient.Answer answer = client.get("/health/ready");
        while (!arrived.test(answer)) {
            require(System.nanoTime() - deadline < 0, "no " + what + " in time: " + answer);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            answer = client.get("/health/ready");
        }
    }
}
