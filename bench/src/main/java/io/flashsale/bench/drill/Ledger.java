package io.flashsale.bench.drill;

import io.flashsale.bench.load.LoadListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What clients were told: every code that was received, and what became of its purchase. Thread-safe. */
public final class Ledger implements LoadListener {
    /** How far a code's client got. */
    public enum Fate {
        /** The client has the code and did nothing with it: it must be good. */
        ISSUED,
        /** A purchase was sent and not answered: it may have happened. */
        UNCERTAIN,
        /** The client was told that it bought the item: it must have. */
        PURCHASED,
        /** The client was told that the purchase was refused. */
        REFUSED,
        /** Somebody looked, and the hold was over: the item was not bought with it. */
        LAPSED
    }

    private final Map<UUID, Fate> fates = new ConcurrentHashMap<>();
    private final Map<UUID, Long> users = new ConcurrentHashMap<>();
    private final Map<Request, Long> asking = new ConcurrentHashMap<>();
    private final Map<UUID, Long> askedAt = new ConcurrentHashMap<>();
    private final Map<UUID, Long> refusedAt = new ConcurrentHashMap<>();
    private final Map<UUID, Long> soldAs = new ConcurrentHashMap<>();
    private final List<String> contradictions = new ArrayList<>();
    private final AtomicLong highestSequence = new AtomicLong();
    private final AtomicLong decisions = new AtomicLong();

    /** A checkout on its way. */
    private record Request(long user, int item) {}

    @Override
    public void checkoutSent(final long user, final int item) {
        // Of two alike the earlier one counts: its hold began no sooner than that.
        asking.putIfAbsent(new Request(user, item), System.nanoTime());
    }

    @Override
    public void checkoutRefused(
            final long user, final int item, final int status, final long sequence, final long nanoTime) {
        decided(sequence);
        asking.remove(new Request(user, item));
    }

    @Override
    public void checkoutUnanswered(final long user, final int item) {
        asking.remove(new Request(user, item));
    }

    @Override
    public void checkoutAnswered(
            final long user,
            final int item,
            final long codeHigh,
            final long codeLow,
            final long sequence,
            final long nanoTime) {
        decided(sequence);
        final UUID code = new UUID(codeHigh, codeLow);
        final Long asked = asking.remove(new Request(user, item));
        askedAt.put(code, asked == null ? nanoTime : asked);
        users.put(code, user);
        if (fates.put(code, Fate.ISSUED) != null) {
            contradict("code " + code + " was issued twice");
        }
    }

    @Override
    public void purchaseSent(final long codeHigh, final long codeLow) {
        fates.put(new UUID(codeHigh, codeLow), Fate.UNCERTAIN);
    }

    @Override
    public void purchaseAnswered(
            final long codeHigh, final long codeLow, final int status, final long sequence, final long nanoTime) {
        decided(sequence);
        final UUID code = new UUID(codeHigh, codeLow);
        if (status == 200) {
            soldAs.put(code, sequence);
            fates.put(code, Fate.PURCHASED);
        } else if (status == 503) {
            // Refused before it reached the journal.
            fates.put(code, Fate.ISSUED);
        } else {
            refusedAt.put(code, nanoTime);
            fates.put(code, Fate.REFUSED);
        }
    }

    private void decided(final long sequence) {
        if (sequence >= 0) {
            highestSequence.accumulateAndGet(sequence, Math::max);
            decisions.incrementAndGet();
        }
    }

    private void contradict(final String what) {
        synchronized (contradictions) {
            contradictions.add(what);
        }
    }

    /** The last place in the total order that anybody was told of. */
    public long highestSequence() {
        return highestSequence.get();
    }

    /** How many answers were read that the engine had decided. */
    public long decisions() {
        return decisions.get();
    }

    /** How many codes were received. */
    public int codes() {
        return fates.size();
    }

    /** The codes with a given fate. */
    public List<UUID> with(final Fate fate) {
        final List<UUID> codes = new ArrayList<>();
        fates.forEach((code, itsFate) -> {
            if (itsFate == fate) {
                codes.add(code);
            }
        });
        return codes;
    }

    /**
     * Records what a later look found.
     *
     * @param code that was looked at.
     * @param fate that it has.
     */
    public void settle(final UUID code, final Fate fate) {
        fates.put(code, fate);
    }

    /** The user that a code was issued to. */
    public long userOf(final UUID code) {
        return users.get(code);
    }

    /** When the checkout that a code answers was sent, {@link System#nanoTime()}: its hold began later. */
    public long askedAt(final UUID code) {
        return askedAt.get(code);
    }

    /** When the refusal of a code's purchase was read, {@link System#nanoTime()}. Of {@link Fate#REFUSED} by load only. */
    public long refusedAt(final UUID code) {
        return refusedAt.get(code);
    }

    /** The place of a code's purchase in the total order; the last of all if nobody was told. */
    public long soldAs(final UUID code) {
        return soldAs.getOrDefault(code, Long.MAX_VALUE);
    }

    /** What cannot be, of what clients were told. */
    public List<String> contradictions() {
        synchronized (contradictions) {
            return List.copyOf(contradictions);
        }
    }
}
