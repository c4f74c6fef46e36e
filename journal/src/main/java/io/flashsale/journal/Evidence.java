package io.flashsale.journal;

import java.util.Objects;

/**
 * Something outside the journal that proves entries durable: it was written only after they were synced.
 *
 * @param source   named in messages, such as {@code "projector mark"}.
 * @param sequence through which the journal was durable.
 */
public record Evidence(String source, long sequence) {
    /** Validates. */
    public Evidence {
        Objects.requireNonNull(source, "source");
        if (sequence < 0) {
            throw new IllegalArgumentException("evidence sequence must not be negative: " + sequence);
        }
    }
}
