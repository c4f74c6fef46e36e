package io.flashsale.bench.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be thought of a load.
 *
 * @param report           what was seen.
 * @param expected         statuses that are no failure.
 * @param connectionErrors whether connection errors are one.
 * @param interrupted      whether it was ended by a signal.
 * @param violationCount   broken promises.
 * @param violations       the first of them.
 * @param unexpectedFile   where unexpected answers stand, or null.
 */
record LoadVerdict(
        LoadReport report,
        Set<Integer> expected,
        boolean connectionErrors,
        boolean interrupted,
        long violationCount,
        List<String> violations,
        Path unexpectedFile) {
    /** Every answer was expected. */
    static final int OK = 0;
    /** Some were not, or a connection failed. */
    static final int UNEXPECTED = 1;
    /** What was promised was not kept. */
    static final int VIOLATED = 4;
    /** Ended by a signal; the JVM says which. */
    static final int INTERRUPTED = 130;

    int exitCode() {
        if (violationCount > 0) {
            return VIOLATED;
        }
        if (interrupted) {
            return INTERRUPTED;
        }
        return isUnexpected() || isBroken() ? UNEXPECTED : OK;
    }

    private boolean isUnexpected() {
        return report.unexpectedAnswers(expected) > 0;
    }

    /** Nothing was answered: nothing was seen that could be as expected, whatever connections may do. */
    private boolean isSilent() {
        return !interrupted && report.answers() == 0;
    }

    private boolean isBroken() {
        if (isSilent()) {
            return true;
        }
        final LoadCounts counts = report.counts();
        return connectionErrors
                && (counts.connectionErrors() > 0 || counts.unanswered() > 0 || counts.codesNotBought() > 0);
    }

    /** One line for people. */
    String sentence() {
        if (violationCount > 0) {
            return violationCount + " promises were broken";
        }
        if (isUnexpected()) {
            return report.unexpectedAnswers(expected) + " answers were not expected"
                    + (unexpectedFile == null ? "" : "; see " + unexpectedFile);
        }
        if (isSilent()) {
            return "not one request was answered";
        }
        if (isBroken()) {
            return "connections failed, or requests were not answered";
        }
        return interrupted ? "interrupted; what was seen so far is as expected" : "every answer was as expected";
    }

    String toText() {
        final String lines =
                violations.stream().map(line -> "violation: " + line + "\n").collect(Collectors.joining());
        return report.toText() + lines + "verdict: " + sentence() + "\n";
    }

    String toJson() {
        return report.toJson(List.of(
                LoadReport.number("violations", violationCount),
                LoadReport.number("unexpected_answers", report.unexpectedAnswers(expected)),
                "\"interrupted\":" + interrupted,
                LoadReport.number("exit_code", exitCode()),
                LoadReport.text("verdict", sentence().replace("\\", "\\\\").replace("\"", "\\\""))));
    }
}
