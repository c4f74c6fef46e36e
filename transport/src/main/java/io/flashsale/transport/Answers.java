package io.flashsale.transport;

import io.flashsale.engine.Outcome;

/** Distributes answers to the event loops' queues. The response thread only. */
final class Answers implements AnswerSink {
    private final Lane[] lanes;

    Answers(final Lane[] lanes) {
        this.lanes = lanes;
    }

    @Override
    public void answer(
            final long route,
            final Outcome outcome,
            final long sequence,
            final long codeHigh,
            final long codeLow,
            final long user,
            final long expiresAtMillis) {
        lanes[Route.loop(route)].answers.write(route, outcome, sequence, codeHigh, codeLow, user, expiresAtMillis);
    }

    @Override
    public void flush() {
        for (final Lane lane : lanes) {
            if (lane.answers.hasUnpublished()) {
                lane.answers.publish();
                lane.wakeUp();
            }
        }
    }
}
