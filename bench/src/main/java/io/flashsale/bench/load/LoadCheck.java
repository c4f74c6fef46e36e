package io.flashsale.bench.load;

import java.nio.file.Path;

/**
 * Looks at every exchange of a load: the order of sequences, what was sold, and answers that nobody expects. Any thread;
 * the threads wait for each other, for some tens of nanoseconds.
 */
final class LoadCheck implements ExchangeListener {
    private final Violations violations = new Violations();
    private final SequenceCheck sequences = new SequenceCheck(violations);
    private final SaleCheck sales;
    private final UnexpectedAnswers unexpected;

    LoadCheck(final int userLimit, final long holdMillis, final UnexpectedAnswers unexpected) {
        sales = new SaleCheck(violations, userLimit, holdMillis);
        this.unexpected = unexpected;
    }

    @Override
    public synchronized void ended(final Exchange exchange) {
        sequences.ended(exchange);
        sales.ended(exchange);
        unexpected.ended(exchange);
    }

    Violations violations() {
        return violations;
    }

    Path unexpectedFile() {
        return unexpected.writtenTo();
    }
}
