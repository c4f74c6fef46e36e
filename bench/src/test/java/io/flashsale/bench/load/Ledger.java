package io.flashsale.bench.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Everything a listener hears, as lines. Any thread. */
final class Ledger implements LoadListener {
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final List<String> codes = Collections.synchronizedList(new ArrayList<>());
    private final List<String> bought = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> sequences = Collections.synchronizedList(new ArrayList<>());
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    private final List<String> unanswered = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void checkoutSent(final long user, final int item) {
        sent.add(user + " " + item);
    }

    @Override
    public void checkoutAnswered(
            final long user,
            final int item,
            final long codeHigh,
            final long codeLow,
            final long sequence,
            final long nanoTime) {
        codes.add(new UUID(codeHigh, codeLow).toString());
        sequences.add(sequence);
    }

    @Override
    public void checkoutRefused(
            final long user, final int item, final int status, final long sequence, final long nanoTime) {
        refused.add(user + " " + item + " " + status);
        sequences.add(sequence);
    }

    @Override
    public void purchaseAnswered(
            final long codeHigh, final long codeLow, final int status, final long sequence, final long nanoTime) {
        if (status == 200) {
            bought.add(new UUID(codeHigh, codeLow).toString());
        }
        sequences.add(sequence);
    }

    @Override
    public void checkoutUnanswered(final long user, final int item) {
        unanswered.add(user + " " + item);
    }

    @Override
    public void purchaseUnanswered(final long codeHigh, final long codeLow) {
        unanswered.add(new UUID(codeHigh, codeLow).toString());
    }

    List<String> sent() {
        return sent;
    }

    List<String> codes() {
        return codes;
    }

    List<String> bought() {
        return bought;
    }

    List<Long> sequences() {
        return sequences;
    }

    List<String> refused() {
        return refused;
    }

    List<String> unanswered() {
        return unanswered;
    }
}
