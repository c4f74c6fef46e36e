package io.flashsale.bench.load;

/**
 * What one load thread sends, and what it makes of the answers: random checkouts, and a purchase for each code that is
 * to be bought, on the connection that received it, before its next checkout.
 *
 * <p>The n-th checkout is the same for the same seed, threads, users, items and share, whichever connection sends it:
 * all of its draws are made when it is sent. One thread; allocates nothing.
 */
final class LoadTraffic {
    private final RequestEncoder encoder;
    private final LoadRecorder recorder;
    private final LoadListener listener;
    private final SeededRandom random;
    private final long users;
    private final int items;
    private final double purchaseShare;
    private long attemptsLeft;
    private long inFlight;
    private long codesWaiting;

    LoadTraffic(
            final LoadConfig config,
            final int thread,
            final RequestEncoder encoder,
            final LoadRecorder recorder,
            final LoadListener listener) {
        this.encoder = encoder;
        this.recorder = recorder;
        this.listener = listener;
        random = new SeededRandom(config.seed(), thread);
        users = config.users();
        items = config.items();
        purchaseShare = config.purchaseShare();
        attemptsLeft =
                config.attempts() == 0 ? Long.MAX_VALUE : LoadWorker.share(config.attempts(), thread, config.threads());
    }

    boolean mayCheckout() {
        return attemptsLeft > 0;
    }

    void stopCheckouts() {
        attemptsLeft = 0;
    }

    /** Whether a code waits to be bought, on any connection. */
    boolean isCodeWaiting() {
        return codesWaiting > 0;
    }

    /** Whether every request is answered and every code is bought. */
    boolean isSettled() {
        return inFlight == 0 && codesWaiting == 0;
    }

    boolean hasWorkFor(final LoadConnection connection) {
        return mayCheckout() || !connection.codes().isEmpty();
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
        if (connection.codes().isEmpty()) {
            sendCheckout(connection, countsFrom, now);
        } else {
            sendPurchase(connection, countsFrom, now);
        }
    }

    private void sendCheckout(final LoadConnection connection, final long countsFrom, final long now) {
        assert attemptsLeft > 0 : "no attempts left";
        attemptsLeft--;
        final long user = 1 + random.below(users);
        final int item = (int) random.below(items);
        final boolean buys = random.unit() < purchaseShare;
        recorder.checkoutSent();
        listener.checkoutSent(user, item);
        encoder.checkout(connection.out(), user, item);
        connection.inFlight().addCheckout(user, item, buys, countsFrom, now);
    }

    private void sendPurchase(final LoadConnection connection, final long countsFrom, final long now) {
        final CodeQueue codes = connection.codes();
        final long high = codes.high();
        final long low = codes.low();
        codes.remove();
        codesWaiting--;
        recorder.purchaseSent();
        listener.purchaseSent(high, low);
        encoder.purchase(connection.out(), high, low);
        connection.inFlight().addPurchase(high, low, countsFrom, now);
    }

    /** The connection's parser holds the answer to its oldest request. */
    void answered(final LoadConnection connection, final long now) {
        final InFlight oldest = connection.inFlight();
        final ResponseParser answer = connection.parser();
        recorder.answered(oldest.isPurchase(), answer.status(), now - oldest.countsFrom());
        if (oldest.isPurchase()) {
            listener.purchaseAnswered(oldest.codeHigh(), oldest.codeLow(), answer.status(), answer.sequence(), now);
        } else {
            checkoutAnswered(connection, oldest, answer, now);
        }
        oldest.remove();
        inFlight--;
    }

    private void checkoutAnswered(
            final LoadConnection connection, final InFlight oldest, final ResponseParser answer, final long now) {
        final boolean accepted = answer.status() == 200;
        if (accepted && UuidText.isUuid(answer.body(), answer.bodyLength())) {
            final long high = UuidText.high(answer.body());
            final long low = UuidText.low(answer.body());
            if (oldest.buysLater()) {
                connection.codes().add(high, low);
                codesWaiting++;
            }
            listener.checkoutAnswered(oldest.user(), oldest.item(), high, low, answer.sequence(), now);
            return;
        }
        if (accepted) {
            recorder.invalidCode();
        }
        listener.checkoutRefused(oldest.user(), oldest.item(), answer.status(), answer.sequence(), now);
    }

    /** The connection ended: nobody will know what became of what it waits for. */
    void unanswered(final LoadConnection connection) {
        final InFlight waiting = connection.inFlight();
        while (!waiting.isEmpty()) {
            recorder.unanswered(waiting.isPurchase());
            if (waiting.isPurchase()) {
                listener.purchaseUnanswered(waiting.codeHigh(), waiting.codeLow());
            } else {
                listener.checkoutUnanswered(waiting.user(), waiting.item());
            }
            waiting.remove();
            inFlight--;
        }
    }

    /** The connection ended for good: its codes are not bought either. */
    void abandon(final LoadConnection connection) {
        unanswered(connection);
        recorder.codesNotBought(connection.codes().size());
        codesWaiting -= connection.codes().size();
        connection.codes().clear();
    }
}
