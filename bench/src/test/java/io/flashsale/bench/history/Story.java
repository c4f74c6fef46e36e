package io.flashsale.bench.history;

import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.RequestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A history told request by request, a tenth of a second apart; each is sent and answered before the next one. */
final class Story {
    static final long SALE = 1_700_000_000L / 60 * 60;
    static final HistorySetup SETUP = new HistorySetup(4, 2, 10_000, 60_000, SALE, 0, SALE * 1_000);
    static final long STEP = 100;

    private final List<HistoryEvent> events = new ArrayList<>();
    private long now = 1_000;
    private long sequence = 1;
    private long random = 1;

    Story later(final long millis) {
        now += millis;
        return this;
    }

    /** A code of the open sale, never issued before. */
    UUID code(final int item) {
        return new UUID((SALE << 32) | ((long) (item >>> 12) << 16) | 0x8000 | (item & 0xFFF), random++);
    }

    UUID reserved(final long user, final int item) {
        final UUID code = code(item);
        checkout(user, item, 0, code, AnswerOutcome.RESERVED);
        return code;
    }

    Story refused(final long user, final int item, final AnswerOutcome outcome) {
        return checkout(user, item, 0, null, outcome);
    }

    Story checkout(final long user, final int item, final long key, final UUID code, final AnswerOutcome outcome) {
        return add(RequestKind.CHECKOUT, user, item, code, key, outcome);
    }

    Story purchase(final long user, final int item, final UUID code, final AnswerOutcome outcome) {
        return add(RequestKind.PURCHASE, user, item, code, 0, outcome);
    }

    Story purchase(final long user, final int item, final UUID code, final long key, final AnswerOutcome outcome) {
        return add(RequestKind.PURCHASE, user, item, code, key, outcome);
    }

    Story release(final long user, final int item, final UUID code, final AnswerOutcome outcome) {
        return add(RequestKind.RELEASE, user, item, code, 0, outcome);
    }

    private Story add(
            final RequestKind kind,
            final long user,
            final int item,
            final UUID code,
            final long key,
            final AnswerOutcome outcome) {
        final long sent = TimeUnit.MILLISECONDS.toNanos(now);
        final long got = TimeUnit.MILLISECONDS.toNanos(now + 1);
        final boolean answered = outcome != AnswerOutcome.UNANSWERED;
        events.add(new HistoryEvent(
                kind,
                user,
                item,
                code,
                key,
                SETUP.millis(sent),
                SETUP.millis(got),
                sent,
                got,
                status(outcome),
                outcome,
                answered ? sequence++ : -1));
        now += STEP;
        return this;
    }

    /** Exchanges the places of the last two answers. */
    Story exchangeLastSequences() {
        final HistoryEvent last = events.remove(events.size() - 1);
        final HistoryEvent before = events.remove(events.size() - 1);
        events.add(withSequence(before, last.sequence()));
        events.add(withSequence(last, before.sequence()));
        return this;
    }

    Story repeatLastSequence() {
        sequence--;
        return this;
    }

    private static HistoryEvent withSequence(final HistoryEvent event, final long sequence) {
        return new HistoryEvent(
                event.kind(),
                event.user(),
                event.item(),
                event.code(),
                event.key(),
                event.sentAt(),
                event.receivedAt(),
                event.sentNanos(),
                event.gotNanos(),
                event.status(),
                event.outcome(),
                sequence);
    }

    private static int status(final AnswerOutcome outcome) {
        return switch (outcome) {
            case RESERVED, PURCHASED, RELEASED -> 200;
            case ITEM_UNKNOWN -> 400;
            case UNANSWERED -> 0;
            default -> 409;
        };
    }

    List<HistoryEvent> events() {
        return events;
    }

    HistoryVerdict verdict() {
        return HistoryCheck.check(SETUP, events, 200);
    }
}
