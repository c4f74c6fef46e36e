package io.flashsale.server.recovery;

import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.Outcome;

/** This build would not decide the journal's commands as the build that wrote them did. */
public final class UnreplayableJournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreplayableJournalException(final Decision decision) {
        super(
                decision.outcome() == Outcome.RULES_UNKNOWN
                        ? "the command at journal sequence " + decision.sequence()
                                + " sets rules that this build does not know (it knows version "
                                + EngineLimits.RULES_VERSION + "): start the build that wrote the journal"
                        : "the checkpoint at journal sequence " + decision.sequence()
                                + " proves that this replay has another state than the live run had:"
                                + " keep the data directory and report this");
    }
}
