package io.flashsale.bench.simulation;

import io.flashsale.engine.Outcome;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.CommandSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Clients that want the same few items. They come back to codes and idempotency keys, also when they never saw the answer, and
 * some leave before it. Everything they are told goes to the ledger. For one thread.
 */
final class ClientCrowd implements AnswerSink {
    private static final int MEMORY = 24;

    /** What is sent; sent again it is the same. */
    private record Request(Kind kind, long user, int item, long codeHigh, long codeLow, long key) {}

    /** A code that somebody was given. */
    private record Code(long high, long low) {}

    private enum Kind {
        CHECKOUT,
        PURCHASE,
        RELEASE
    }

    private final SimulationRandom random;
    private final Ledger ledger;
    private final Trace trace;
    private final int users;
    private final ArrayDeque<Code> codes = new ArrayDeque<>();
    private final List<Request> sent = new ArrayList<>();
    private final TreeMap<Long, Request> inFlight = new TreeMap<>();
    private long lastRoute;
    private Outcome lastOutcome;
    private long lastCodeHigh;
    private long lastCodeLow;

    ClientCrowd(final SimulationRandom random, final Ledger ledger, final Trace trace, final int users) {
        this.random = random;
        this.ledger = ledger;
        this.trace = trace;
        this.users = users;
    }

    /** The process is gone, and with it who would have answered. */
    void disconnected() {
        inFlight.clear();
    }

    /** One request of somebody. */
    void act(final CommandSink commands, final int items) {
        final Request request = next(items);
        if (!send(commands, request)) {
            trace.add(Event.NO_ROOM, request.item, 0);
            return;
        }
        if (sent.size() == MEMORY) {
            sent.remove(0);
        }
        sent.add(request);
        if (random.chance(100)) {
            trace.add(Event.ABANDONED, lastRoute, 0);
            inFlight.put(lastRoute, new Request(null, 0, 0, 0, 0, 0));
        }
    }

    private Request next(final int items) {
        final int choice = random.below(100);
        if (choice < 15 && !sent.isEmpty()) {
            trace.add(Event.RETRY, 0, 0);
            return sent.get(random.below(sent.size()));
        }
        final long key = random.chance(600) ? random.between(1, 6) : 0;
        if (choice < 55 || codes.isEmpty()) {
            // Now and then an item that the sale does not have.
            final int item = random.chance(20) ? random.between(-2, 20) : random.below(items);
            return new Request(Kind.CHECKOUT, random.below(users), item, 0, 0, key);
        }
        final Code code =
                codes.stream().skip(random.below(codes.size())).findFirst().orElseThrow();
        final long low = random.chance(30) ? code.low ^ 1 : code.low;
        final long high = random.chance(15) ? code.high ^ (1L << random.below(64)) : code.high;
        return new Request(choice < 85 ? Kind.PURCHASE : Kind.RELEASE, 0, 0, high, low, key);
    }

    private boolean send(final CommandSink commands, final Request request) {
        final long route = lastRoute + 1;
        final boolean taken = switch (request.kind) {
            case CHECKOUT -> commands.checkout(route, request.user, request.item, random.nextLong(), request.key);
            case PURCHASE -> commands.purchase(route, request.codeHigh, request.codeLow, request.key);
            case RELEASE -> commands.release(route, request.codeHigh, request.codeLow);
        };
        if (taken) {
            lastRoute = route;
            inFlight.put(route, request);
            trace.add(Event.valueOf(request.kind.name()), route, request.item);
        }
        return taken;
    }

    /** Somebody new asks for an item. */
    boolean checkout(final CommandSink commands, final long user, final int item) {
        return send(commands, new Request(Kind.CHECKOUT, user, item, 0, 0, 0));
    }

    /** Who was answered last buys. */
    boolean purchase(final CommandSink commands) {
        return send(commands, new Request(Kind.PURCHASE, 0, 0, lastCodeHigh, lastCodeLow, 0));
    }

    @Override
    public void answer(
            final long route,
            final Outcome outcome,
            final long sequence,
            final long codeHigh,
            final long codeLow,
            final long user,
            final long expiresAtMillis) {
        final Request request = inFlight.remove(route);
        Violation.check(request != null, "route " + route + " answered twice, or never asked");
        ledger.answered(sequence, outcome);
        trace.add(Event.ANSWER, route, sequence);
        lastOutcome = outcome;
        lastCodeHigh = codeHigh;
        lastCodeLow = codeLow;
        if (request.kind == Kind.CHECKOUT && (outcome == Outcome.RESERVED || outcome == Outcome.REPEATED)) {
            Violation.same(request.user, user, "user of a checkout's answer");
            if (codes.size() == MEMORY) {
                codes.removeFirst();
            }
            codes.addLast(new Code(codeHigh, codeLow));
        }
    }

    @Override
    public void flush() {
        // Everything is seen at once.
    }

    boolean isWaiting() {
        return !inFlight.isEmpty();
    }

    Outcome lastOutcome() {
        return lastOutcome;
    }
}
