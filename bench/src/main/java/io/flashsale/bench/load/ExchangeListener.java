package io.flashsale.bench.load;

/**
 * Hears of every request once it has ended, with everything that is known of it; a {@link LoadListener} hears less, and
 * earlier. Called on the load threads: with more than one, an implementation must be thread-safe. What it throws ends
 * the run.
 */
public interface ExchangeListener {
    /** Hears nothing. */
    ExchangeListener NONE = exchange -> {};

    /**
     * A request was answered, or its connection ended first ({@link AnswerOutcome#UNANSWERED}).
     *
     * @param exchange valid during this call only.
     */
    void ended(Exchange exchange);

    /**
     * Hears what two listeners are to hear.
     *
     * @param next called after this one.
     * @return both.
     */
    default ExchangeListener and(final ExchangeListener next) {
        return exchange -> {
            ended(exchange);
            next.ended(exchange);
        };
    }
}
