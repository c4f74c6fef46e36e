package io.flashsale.bench.load;

import java.util.Objects;

/**
 * Who hears of the requests of a load, and what all of its threads share.
 *
 * @param requests  hears of requests and answers.
 * @param exchanges hears of requests that have ended.
 * @param highest   the highest sequence answered.
 */
record LoadListeners(LoadListener requests, ExchangeListener exchanges, HighestSequence highest) {
    LoadListeners {
        Objects.requireNonNull(requests);
        Objects.requireNonNull(exchanges);
    }
}
