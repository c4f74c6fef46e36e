package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadCheckTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOLD = 12 * SECOND;

    @TempDir
    private Path directory;

    private LoadCheck check;
    private long sequence = 1;
    private long now = 1;

    @Test
    void shouldAcceptHoldsOneAfterTheOtherAndPurchasesUpToTheLimit() {
        for (int item = 0; item < 2; item++) {
            purchased(1, item, reserved(1, item));
        }
        reserved(2, 5);
        now += HOLD;
        purchased(3, 5, reserved(3, 5));
        assertViolations();
    }

    @Test
    void shouldFindAnItemThatIsSoldTwice() {
        final long first = reserved(1, 0);
        now += HOLD;
        final long second = reserved(2, 0);
        purchased(1, 0, first);
        purchased(2, 0, second);
        assertViolations("two codes bought item 0");
    }

    @Test
    void shouldFindACodeThatIsAcceptedTwice() {
        final long code = reserved(1, 0);
        purchased(1, 0, code);
        purchased(1, 0, code);
        assertViolations("one code bought item 0");
    }

    @Test
    void shouldFindACodeThatIsIssuedTwice() {
        final long code = reserved(1, 0);
        now += HOLD;
        check().ended(exchange(RequestKind.CHECKOUT, AnswerOutcome.RESERVED, 2, 0, code));
        assertViolations("a code was issued twice: ");
    }

    @Test
    void shouldFindAnItemThatIsReservedAfterItWasSold() {
        purchased(1, 0, reserved(1, 0));
        now += HOLD;
        reserved(2, 0);
        assertViolations("item 0 was reserved");
    }

    @Test
    void shouldFindTwoHoldsOfAnItemAtOnce() {
        reserved(1, 0);
        now += SECOND;
        reserved(2, 0);
        assertViolations("item 0 was reserved at sequences 1 and 2");
    }

    @Test
    void shouldFindAUserAboveTheLimit() {
        purchased(1, 0, reserved(1, 0));
        reserved(1, 1);
        reserved(1, 2);
        assertViolations("user 1 has 3 holds and purchases in one sale, limit 2");
    }

    @Test
    void shouldFindAnOrderAgainstRealTime() {
        final Exchange late = exchange(RequestKind.CHECKOUT, AnswerOutcome.ITEM_SOLD, 9, 0, 0);
        late.sequence = 10;
        late.answeredBeforeSend = 10;
        check().ended(late);
        assertViolations("Sale-Sequence 10 answers a request that was sent after 10 had been answered");
    }

    @Test
    void shouldFindASequenceGivenTwiceAlsoAfterALongLoad() {
        final Violations found = new Violations();
        final SequenceCheck checked = new SequenceCheck(found);
        final Exchange exchange = exchange(RequestKind.CHECKOUT, AnswerOutcome.ITEM_SOLD, 9, 0, 0);
        exchange.answeredBeforeSend = LoadListener.NO_SEQUENCE;
        for (long place = 0; place < 3L * SequenceCheck.WINDOW; place += 7) {
            exchange.sequence = place;
            checked.ended(exchange);
        }
        assertEquals(List.of(), found.first());
        checked.ended(exchange);
        assertEquals(List.of("Sale-Sequence " + exchange.sequence + " was given twice"), found.first());
        exchange.sequence--;
        checked.ended(exchange);
        assertEquals(1, found.count());
    }

    @Test
    void shouldFindADecidedAnswerWithoutSequence() {
        final Exchange exchange = exchange(RequestKind.CHECKOUT, AnswerOutcome.ITEM_SOLD, 9, 0, 0);
        exchange.sequence = LoadListener.NO_SEQUENCE;
        check().ended(exchange);
        assertViolations("an answer that was decided (ITEM_SOLD) has no Sale-Sequence");
    }

    @Test
    void shouldFindARepeatThatGetsAnotherCodeOrIsRefused() {
        final long code = reserved(1, 0);
        final Exchange other = exchange(RequestKind.CHECKOUT, AnswerOutcome.RESERVED, 1, 0, code);
        other.repeat = true;
        other.earlierLow = code + 1;
        check().ended(other);
        purchased(1, 0, code);
        final Exchange refused = exchange(RequestKind.PURCHASE, AnswerOutcome.CODE_USED, 1, 0, code);
        refused.repeat = true;
        check().ended(refused);
        assertViolations(
                "a checkout repeated with its Idempotency-Key got another code",
                "a purchase repeated with its Idempotency-Key was refused");
    }

    @Test
    void shouldKeepABoundedNumberOfUnexpectedAnswers() throws Exception {
        for (int i = 0; i < UnexpectedAnswers.KEPT + 10; i++) {
            final Exchange exchange = exchange(RequestKind.CHECKOUT, AnswerOutcome.UNRECOGNISED, 5, 7, 0);
            exchange.status = 500;
            exchange.body = "Oh no\n".getBytes(US_ASCII);
            exchange.bodyLength = exchange.body.length;
            check().ended(exchange);
        }
        final List<String> lines = Files.readAllLines(check.unexpectedFile());
        assertEquals(UnexpectedAnswers.KEPT, lines.size());
        assertTrue(lines.get(0).contains("CHECKOUT user 5 item 7 sequence 1 status 500"), lines.get(0));
        assertTrue(lines.get(0).endsWith(": Oh no?"), lines.get(0));
    }

    private LoadCheck check() {
        if (check == null) {
            check = new LoadCheck(
                    2,
                    TimeUnit.NANOSECONDS.toMillis(HOLD),
                    new UnexpectedAnswers(directory.resolve("unexpected.txt"), Set.of(200, 409)));
        }
        return check;
    }

    private long reserved(final long user, final int item) {
        final long code = sequence;
        check().ended(exchange(RequestKind.CHECKOUT, AnswerOutcome.RESERVED, user, item, code));
        return code;
    }

    private void purchased(final long user, final int item, final long code) {
        check().ended(exchange(RequestKind.PURCHASE, AnswerOutcome.PURCHASED, user, item, code));
    }

    private Exchange exchange(
            final RequestKind kind, final AnswerOutcome outcome, final long user, final int item, final long code) {
        final Exchange exchange = new Exchange();
        exchange.kind = kind;
        exchange.outcome = outcome;
        exchange.status = outcome.code() < AnswerOutcome.SOLD_OUT.code() ? 200 : 409;
        exchange.user = user;
        exchange.item = item;
        exchange.codeHigh = 1_700_000_000L << 32;
        exchange.codeLow = code;
        exchange.earlierHigh = exchange.codeHigh;
        exchange.earlierLow = code;
        exchange.sentAt = now;
        exchange.receivedAt = now + 1_000;
        exchange.answeredBeforeSend = sequence - 1;
        exchange.sequence = sequence++;
        exchange.body = new byte[0];
        now += 1_000;
        return exchange;
    }

    private void assertViolations(final String... beginnings) {
        final List<String> found = check().violations().first();
        assertEquals(beginnings.length, found.size(), found::toString);
        for (int i = 0; i < beginnings.length; i++) {
            assertTrue(found.get(i).startsWith(beginnings[i]), found::toString);
        }
    }
}
