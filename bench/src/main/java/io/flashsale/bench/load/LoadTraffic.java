package io.flashsale.bench.load;

import io.flashsale.bench.load.RequestFields.Fate;

/**
 * What one load thread sends, and what it makes of the answers: random checkouts and reads, and what an accepted
 * checkout entails (its repeat, its purchase or release), on the connection that received the code, before anything
 * else.
 *
 * <p>The n-th checkout is the same for the same seed, threads, users, items and shares, whichever connection sends it:
 * all of its draws are made when it is sent. One thread; allocates nothing.
 */
final class LoadTraffic {
    private final RequestEncoder encoder;
    private final LoadRecorder recorder;
    private final LoadListener listener;
    private final ExchangeListener exchanges;
    private final HighestSequence highest;
    private final SeededRandom random;
    private final SeededRandom keys;
    private final long users;
    private final int items;
    private final TrafficMix mix;
    private final RequestFields next = new RequestFields();
    private final Exchange exchange = new Exchange();
    private long attemptsLeft;
    private long inFlight;
    private long owed;

    LoadTraffic(
            final LoadConfig config,
            final int thread,
            final RequestEncoder encoder,
            final LoadRecorder recorder,
            final LoadListeners listeners) {
        this.encoder = encoder;
        this.recorder = recorder;
        listener = listeners.requests();
        exchanges = listeners.exchanges();
        highest = listeners.highest();
        random = new SeededRandom(config.seed(), thread);
        // Another run with the same seed must not repeat this one's requests: its keys are others.
        keys = new SeededRandom(config.seed() ^ System.nanoTime(), thread);
        users = config.users();
        items = config.items();
        mix = config.mix();
        attemptsLeft =
                config.attempts() == 0 ? Long.MAX_VALUE : LoadWorker.share(config.attempts(), thread, config.threads());
    }

    boolean mayCheckout() {
        return attemptsLeft > 0;
    }

    void stopCheckouts() {
        attemptsLeft = 0;
    }

    /** Whether a request is owed because of an earlier answer, on any connection. */
    boolean isRequestOwed() {
        return owed > 0;
    }

    /** Whether every request is answered and nothing is owed. */
    boolean isSettled() {
        return inFlight == 0 && owed == 0;
    }

    boolean hasWorkFor(final LoadConnection connection) {
        return mayCheckout() || !connection.owed().isEmpty();
    }

    /**
     * Writes as many requests as the connection has room for; they count from now.
     *
     * @return whether there is something to flush.
     */
    boolean fill(final LoadConnection connection, final long now) {
        boolean sent = false;
        while (connection.hasRoom() && hasWorkFor(connection)) {
            send(connection, now, now);
            sent = true;
        }
        return sent;
    }

    /** Writes one request, for which the connection has room and work. */
    void send(final LoadConnection connection, final long countsFrom, final long now) {
        inFlight++;
        if (connection.owed().isEmpty()) {
            draw();
        } else {
            owed--;
            next.set(connection.owed().remove());
        }
        recorder.sent(next.kind, next.repeat);
        if (next.kind == RequestKind.CHECKOUT && !next.repeat) {
            listener.checkoutSent(next.user, next.item);
        } else if (next.kind == RequestKind.PURCHASE && !next.repeat) {
            listener.purchaseSent(next.codeHigh, next.codeLow);
        }
        encoder.put(connection.out(), next);
        connection.inFlight().add(next, countsFrom, now, highest.get());
    }

    /** A draw is made only if its share is not 0, so that a seed means the same as before there were shares. */
    private void draw() {
        if (mix.readShare() > 0 && random.unit() < mix.readShare()) {
            next.set(RequestKind.READ, 0, (int) random.below(items), 0, Fate.ABANDON);
            return;
        }
        assert attemptsLeft > 0 : "no attempts left";
        attemptsLeft--;
        final long user = 1 + random.below(users);
        final boolean hot = mix.hotShare() > 0 && random.unit() < mix.hotShare();
        final int item = (int) random.below(hot ? Math.min(items, mix.hotItems()) : items);
        final double fate = random.unit();
        final boolean repeats = mix.repeatShare() > 0 && random.unit() < mix.repeatShare();
        next.set(RequestKind.CHECKOUT, user, item, repeats ? keys.next() | 1 : 0, fate(fate));
    }

    private Fate fate(final double draw) {
        if (draw < mix.purchaseShare()) {
            return Fate.BUY;
        }
        return draw < mix.purchaseShare() + mix.releaseShare() ? Fate.RELEASE : Fate.ABANDON;
    }

    /** The connection's parser holds the answer to its oldest request. */
    void answered(final LoadConnection connection, final long now) {
        final InFlight waiting = connection.inFlight();
        final RequestFields request = waiting.oldest();
        final ResponseParser answer = connection.parser();
        view(waiting, now);
        exchange.status = answer.status();
        exchange.sequence = answer.sequence();
        exchange.body = answer.body();
        exchange.bodyLength = answer.bodyLength();
        exchange.outcome = AnswerOutcome.of(request.kind, answer.status(), answer.body(), answer.bodyLength());
        if (exchange.outcome == AnswerOutcome.RESERVED) {
            exchange.codeHigh = UuidText.high(answer.body());
            exchange.codeLow = UuidText.low(answer.body());
        }
        recorder.answered(exchange, now - waiting.countsFrom());
        exchanges.ended(exchange);
        highest.raise(answer.sequence());
        tellListener(request);
        follow(connection, request);
        waiting.remove();
        inFlight--;
    }

    private void tellListener(final RequestFields request) {
        final Exchange e = exchange;
        if (request.repeat) {
            return;
        }
        if (request.kind == RequestKind.PURCHASE) {
            listener.purchaseAnswered(request.codeHigh, request.codeLow, e.status, e.sequence, e.receivedAt);
        } else if (e.outcome == AnswerOutcome.RESERVED) {
            listener.checkoutAnswered(request.user, request.item, e.codeHigh, e.codeLow, e.sequence, e.receivedAt);
        } else if (request.kind == RequestKind.CHECKOUT) {
            listener.checkoutRefused(request.user, request.item, e.status, e.sequence, e.receivedAt);
        }
    }

    /** What an accepted request entails: first its repeat, then what becomes of the code. */
    private void follow(final LoadConnection connection, final RequestFields request) {
        if (exchange.status != 200 || request.kind == RequestKind.READ || request.kind == RequestKind.RELEASE) {
            return;
        }
        next.set(request);
        if (request.kind == RequestKind.CHECKOUT) {
            if (exchange.outcome != AnswerOutcome.RESERVED) {
                return;
            }
            next.code(exchange.codeHigh, exchange.codeLow);
        }
        if (request.key != 0 && !request.repeat) {
            next.repeat = true;
        } else if (request.kind == RequestKind.CHECKOUT && request.fate != Fate.ABANDON) {
            next.repeat = false;
            next.kind = request.fate == Fate.BUY ? RequestKind.PURCHASE : RequestKind.RELEASE;
            next.key = request.fate == Fate.BUY ? request.key : 0;
        } else {
            return;
        }
        connection.owed().add(next);
        owed++;
    }

    /** The connection ended: nobody will know what became of what it waits for. */
    void unanswered(final LoadConnection connection, final long now) {
        final InFlight waiting = connection.inFlight();
        while (!waiting.isEmpty()) {
            final RequestFields request = waiting.oldest();
            recorder.unanswered(request.kind);
            view(waiting, now);
            exchange.status = 0;
            exchange.sequence = LoadListener.NO_SEQUENCE;
            exchange.bodyLength = 0;
            exchange.outcome = AnswerOutcome.UNANSWERED;
            exchanges.ended(exchange);
            if (request.kind == RequestKind.PURCHASE && !request.repeat) {
                listener.purchaseUnanswered(request.codeHigh, request.codeLow);
            } else if (request.kind == RequestKind.CHECKOUT && !request.repeat) {
                listener.checkoutUnanswered(request.user, request.item);
            }
            waiting.remove();
            inFlight--;
        }
    }

    /** The connection ended for good: what it owes is not sent either. */
    void abandon(final LoadConnection connection, final long now) {
        unanswered(connection, now);
        recorder.codesNotBought(connection.owed().size());
        owed -= connection.owed().size();
        while (!connection.owed().isEmpty()) {
            connection.owed().remove();
        }
    }

    private void view(final InFlight waiting, final long now) {
        final RequestFields request = waiting.oldest();
        exchange.kind = request.kind;
        exchange.repeat = request.repeat;
        exchange.user = request.user;
        exchange.item = request.item;
        exchange.codeHigh = request.codeHigh;
        exchange.codeLow = request.codeLow;
        exchange.earlierHigh = request.codeHigh;
        exchange.earlierLow = request.codeLow;
        exchange.toBeReleased = request.kind == RequestKind.CHECKOUT && request.fate == Fate.RELEASE;
        exchange.key = request.key;
        exchange.sentAt = waiting.sentAt();
        exchange.answeredBeforeSend = waiting.answeredBeforeSend();
        exchange.receivedAt = now;
    }
}
