package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;

/**
 * Writes answers whose status is not expected, or whose body is not known, to a file, one line each: when, what was
 * asked, what came. The file is made with the first of them and holds at most {@value #KEPT}. One thread at a time.
 */
final class UnexpectedAnswers implements ExchangeListener {
    /** Lines in the file at most. */
    static final int KEPT = 1_000;

    private final Path file;
    private final Set<Integer> expected;
    private int written;

    UnexpectedAnswers(final Path file, final Set<Integer> expected) {
        this.file = file;
        this.expected = Set.copyOf(expected);
    }

    @Override
    public void ended(final Exchange exchange) {
        final boolean isExpected = expected.contains(exchange.status()) && isComplete(exchange);
        if (exchange.outcome() == AnswerOutcome.UNANSWERED || isExpected || written == KEPT) {
            return;
        }
        final String line = Instant.now() + " " + exchange.kind() + " user " + exchange.user() + " item "
                + exchange.item() + " sequence " + exchange.sequence() + " status " + exchange.status() + " after "
                + (exchange.receivedAt() - exchange.sentAt()) / 1_000 + " microseconds: " + exchange.bodyText() + "\n";
        try {
            if (written == 0) {
                Files.writeString(file, line, UTF_8);
            } else {
                Files.writeString(file, line, UTF_8, StandardOpenOption.APPEND);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
        written++;
    }

    /** A 200 to a checkout must bring a code. */
    private static boolean isComplete(final Exchange exchange) {
        return exchange.status() != 200 || exchange.outcome() != AnswerOutcome.UNRECOGNISED;
    }

    /** The file, or null if nothing unexpected came. */
    Path writtenTo() {
        return written == 0 ? null : file;
    }
}
