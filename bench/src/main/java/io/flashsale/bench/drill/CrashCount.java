package io.flashsale.bench.drill;

import io.flashsale.bench.drill.DrillTable.Result;
import io.flashsale.bench.history.HistoryVerdict;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What came of the rounds of a {@link CrashDrill} so far. For one thread. */
final class CrashCount {
    private static final String EXPECTED = "answers kept";

    private final Map<CrashMoment, Moment> moments = new EnumMap<>(CrashMoment.class);
    private long answers;
    private int histories;
    private long explained;
    private long undecided;
    private int verified;
    private int whileStarting;
    private int inRecovery;

    private static final class Moment {
        private int kills;
        private int met;
        private int checks;
        private long codes;
        private long purchases;
    }

    private Moment moment(final CrashMoment moment) {
        return moments.computeIfAbsent(moment, missing -> new Moment());
    }

    void killed(final CrashMoment moment, final boolean met) {
        moment(moment).kills++;
        moment(moment).met += met ? 1 : 0;
    }

    void killedWhileStarting(final boolean beforeItAnswered) {
        whileStarting++;
        inRecovery += beforeItAnswered ? 1 : 0;
    }

    void kept(final CrashMoment moment, final Promises.Kept kept) {
        moment(moment).checks += kept.isConclusive() ? 1 : 0;
        moment(moment).codes += kept.codes();
        moment(moment).purchases += kept.purchases();
    }

    void answered(final long count) {
        answers += count;
    }

    void explained(final HistoryVerdict verdict) {
        histories++;
        explained += verdict.answered();
        undecided += verdict.undecided();
    }

    void verified() {
        verified++;
    }

    /** How many rounds there were. */
    int rounds() {
        return moments.values().stream().mapToInt(moment -> moment.kills).sum();
    }

    /** How many processes were killed. */
    int kills() {
        return rounds() + whileStarting;
    }

    long answers() {
        return answers;
    }

    void addTo(final DrillSteps steps) {
        moments.forEach((moment, seen) -> steps.add(
                seen.kills + " x " + moment.description(),
                EXPECTED,
                seen.checks == 0 ? Result.INCONCLUSIVE : Result.PASSED,
                String.format(
                        Locale.ROOT,
                        "%s%d conclusive checks: %d codes, %d purchases",
                        aimed(moment, seen),
                        seen.checks,
                        seen.codes,
                        seen.purchases)));
        steps.add(
                histories + " histories of it all",
                "each can be explained",
                histories == 0 ? Result.INCONCLUSIVE : Result.PASSED,
                String.format(Locale.ROOT, "%,d decided answers, %d undecided by the check", explained, undecided));
        steps.add(
                verified + " x replay --verify",
                "PostgreSQL equals the journal",
                verified == 0 ? Result.INCONCLUSIVE : Result.PASSED,
                "no difference");
    }

    private String aimed(final CrashMoment moment, final Moment seen) {
        return switch (moment) {
            case COMMIT -> seen.met + " inside one; ";
            case SNAPSHOT -> seen.met + " left an unfinished one; ";
            case START -> inRecovery + " of the starts before they answered; ";
            default -> "";
        };
    }
}
