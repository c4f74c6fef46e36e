package io.flashsale.bench.history;

import static io.flashsale.bench.load.AnswerOutcome.CODE_EXPIRED;
import static io.flashsale.bench.load.AnswerOutcome.CODE_UNKNOWN;
import static io.flashsale.bench.load.AnswerOutcome.CODE_USED;
import static io.flashsale.bench.load.AnswerOutcome.ITEM_RESERVED;
import static io.flashsale.bench.load.AnswerOutcome.ITEM_SOLD;
import static io.flashsale.bench.load.AnswerOutcome.ITEM_UNKNOWN;
import static io.flashsale.bench.load.AnswerOutcome.PURCHASED;
import static io.flashsale.bench.load.AnswerOutcome.RELEASED;
import static io.flashsale.bench.load.AnswerOutcome.RESERVED;
import static io.flashsale.bench.load.AnswerOutcome.SOLD_OUT;
import static io.flashsale.bench.load.AnswerOutcome.UNANSWERED;
import static io.flashsale.bench.load.AnswerOutcome.USER_LIMIT_REACHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {
    private static final long HOLD = Story.SETUP.holdMillis();

    private final Story story = new Story();

    @Test
    void shouldAcceptASaleFromItsFirstHoldToSoldOut() {
        final UUID first = story.reserved(1, 0);
        story.refused(2, 0, ITEM_RESERVED).purchase(1, 0, first, PURCHASED).purchase(1, 0, first, CODE_USED);
        final UUID second = story.reserved(1, 1);
        story.refused(1, 2, USER_LIMIT_REACHED).release(1, 1, second, RELEASED).release(1, 1, second, CODE_EXPIRED);
        story.refused(3, 9, ITEM_UNKNOWN).refused(3, 0, ITEM_SOLD);
        final UUID lapsed = story.reserved(4, 1);
        story.later(2 * HOLD).purchase(4, 1, lapsed, CODE_EXPIRED);
        for (int item = 1; item < 4; item++) {
            story.purchase(10 + item, item, story.reserved(10 + item, item), PURCHASED);
        }
        story.refused(5, 3, SOLD_OUT).refused(5, 0, SOLD_OUT);
        assertAccepted();
    }

    @Test
    void shouldAcceptRepeatsWithTheirKey() {
        final UUID code = story.code(0);
        story.checkout(1, 0, 7, code, RESERVED).checkout(1, 0, 7, code, RESERVED);
        story.purchase(1, 0, code, 8, PURCHASED).purchase(1, 0, code, 8, PURCHASED);
        story.checkout(1, 0, 7, code, RESERVED).purchase(1, 0, code, 9, CODE_USED);
        assertAccepted();
    }

    @Test
    void shouldFindAnItemSoldTwice() {
        final UUID first = story.reserved(1, 0);
        story.purchase(1, 0, first, PURCHASED);
        final UUID second = story.reserved(2, 0);
        story.purchase(2, 0, second, PURCHASED);
        assertViolated("nothing explains: CHECKOUT user 2 item 0");
    }

    @Test
    void shouldFindTwoHoldsAtOnce() {
        story.reserved(1, 0);
        story.reserved(2, 0);
        assertViolated("nothing explains: CHECKOUT user 2 item 0");
    }

    @Test
    void shouldFindACodeThatIsIssuedTwice() {
        final UUID code = story.reserved(1, 0);
        story.release(1, 0, code, RELEASED).checkout(2, 0, 0, code, RESERVED);
        assertViolated("the code was issued before, to user 1");
    }

    @Test
    void shouldFindACodeThatIsIssuedToItsUserAgainWithoutTheKey() {
        final UUID code = story.code(0);
        story.checkout(1, 0, 7, code, RESERVED).release(1, 0, code, RELEASED).checkout(1, 0, 8, code, RESERVED);
        assertViolated("the code was issued before, to user 1");
    }

    @Test
    void shouldFindAUsedCodeThatIsAcceptedAgain() {
        final UUID code = story.reserved(1, 0);
        story.purchase(1, 0, code, 5, PURCHASED).purchase(1, 0, code, 6, PURCHASED);
        assertViolated("nothing explains: PURCHASE");
    }

    @Test
    void shouldFindAReleasedCodeThatIsAccepted() {
        final UUID code = story.reserved(1, 0);
        story.release(1, 0, code, RELEASED).purchase(1, 0, code, PURCHASED);
        assertViolated("nothing explains: PURCHASE");
    }

    @Test
    void shouldFindACodeThatWasAcceptedAfterItsHold() {
        final UUID code = story.reserved(1, 0);
        story.later(HOLD + 1_000).purchase(1, 0, code, PURCHASED);
        assertViolated("nothing explains: PURCHASE");
    }

    @Test
    void shouldFindACodeThatWasRefusedDuringItsHold() {
        final UUID code = story.reserved(1, 0);
        story.later(HOLD / 2).purchase(1, 0, code, CODE_EXPIRED);
        assertViolated("nothing explains: PURCHASE");
    }

    @Test
    void shouldAllowEitherAnswerWhenAHoldIsAboutToEnd() {
        final UUID lived = story.reserved(1, 0);
        final UUID lapsed = story.reserved(2, 1);
        story.later(HOLD - 3 * Story.STEP).purchase(1, 0, lived, PURCHASED).purchase(2, 1, lapsed, CODE_EXPIRED);
        assertAccepted();
    }

    @Test
    void shouldFindAnIssuedCodeThatIsUnknownLater() {
        story.purchase(1, 0, story.reserved(1, 0), CODE_UNKNOWN);
        assertViolated("nothing explains: PURCHASE");
    }

    @Test
    void shouldFindACodeThatNobodyWasGiven() {
        story.purchase(1, 0, story.code(0), PURCHASED);
        assertViolated("a code that nobody had been given");
    }

    @Test
    void shouldFindAUserAboveTheLimit() {
        story.reserved(1, 0);
        story.purchase(1, 1, story.reserved(1, 1), PURCHASED);
        story.reserved(1, 2);
        assertViolated("the user has 2 holds and purchases already");
    }

    @Test
    void shouldFindAUserRefusedBelowTheLimit() {
        story.reserved(1, 0);
        story.refused(1, 2, USER_LIMIT_REACHED);
        assertViolated("the user has at most 1 holds and purchases");
    }

    @Test
    void shouldFindSoldOutWhileAnItemIsFree() {
        story.purchase(1, 0, story.reserved(1, 0), PURCHASED).refused(2, 0, SOLD_OUT);
        assertViolated("item 1 cannot be sold by then");
    }

    @Test
    void shouldFindARefusalWithoutReason() {
        story.refused(1, 0, ITEM_RESERVED);
        assertViolated("nothing explains: CHECKOUT user 1 item 0");
    }

    @Test
    void shouldFindASequenceAgainstRealTime() {
        story.reserved(1, 0);
        story.reserved(2, 1);
        story.exchangeLastSequences();
        assertViolated("Sale-Sequence against real time");
    }

    @Test
    void shouldFindASequenceGivenTwice() {
        story.reserved(1, 0);
        story.repeatLastSequence().reserved(2, 1);
        assertViolated("one Sale-Sequence for two answers");
    }

    @Test
    void shouldFindAHoldLostInACrash() {
        final UUID lost = story.reserved(1, 0);
        story.refused(2, 1, UNANSWERED).reserved(3, 0);
        story.purchase(1, 0, lost, CODE_EXPIRED);
        assertViolated("nothing explains: CHECKOUT user 3 item 0");
    }

    @Test
    void shouldFindAPurchaseLostInACrash() {
        final UUID code = story.reserved(1, 0);
        story.purchase(1, 0, code, PURCHASED).refused(2, 1, UNANSWERED).later(HOLD);
        story.reserved(3, 0);
        assertViolated("nothing explains: CHECKOUT user 3 item 0");
    }

    @Test
    void shouldExplainAnAnswerByARequestThatWasNeverAnswered() {
        story.refused(1, 0, UNANSWERED).refused(2, 0, ITEM_RESERVED);
        final UUID bought = story.reserved(3, 1);
        story.purchase(3, 1, bought, UNANSWERED).refused(4, 1, ITEM_SOLD);
        final UUID released = story.reserved(5, 2);
        story.release(5, 2, released, UNANSWERED).reserved(6, 2);
        // The same kinds of requests, and none of them was decided.
        final UUID held = story.reserved(7, 3);
        story.purchase(7, 3, held, UNANSWERED).later(HOLD + 1_000).reserved(8, 3);
        assertAccepted();
    }

    @Test
    void shouldNotLetOneUnansweredRequestExplainTwoHolds() {
        story.refused(1, 0, UNANSWERED)
                .refused(2, 0, ITEM_RESERVED)
                .later(HOLD + 1_000)
                .reserved(3, 0);
        story.later(HOLD + 1_000).refused(2, 0, ITEM_RESERVED);
        assertViolated("nothing explains: CHECKOUT user 2 item 0");
    }

    @Test
    void shouldNotLetAnUnansweredRequestExplainWhatCameBeforeIt() {
        story.refused(2, 0, ITEM_RESERVED).refused(1, 0, UNANSWERED);
        assertViolated("nothing explains: CHECKOUT user 2 item 0");
    }

    @Test
    void shouldCountUnansweredCheckoutsForTheLimit() {
        story.reserved(1, 0);
        story.refused(1, 1, UNANSWERED).refused(1, 2, USER_LIMIT_REACHED);
        assertAccepted();
    }

    private void assertAccepted() {
        assertTrue(story.verdict().isAccepted(), () -> story.verdict().toText());
        assertEquals(0, story.verdict().undecided());
    }

    private void assertViolated(final String beginning) {
        final HistoryVerdict verdict = story.verdict();
        assertFalse(verdict.isAccepted(), verdict::toText);
        assertTrue(verdict.violations().get(0).startsWith(beginning), verdict::toText);
    }
}
