package io.flashsale.server.cli;

import io.flashsale.engine.Decision;
import org.agrona.MutableDirectBuffer;

/** How a journaled command and its outcome become one line. For one thread. */
interface CommandFormat {
    /**
     * Formats a command.
     *
     * @param buffer   that holds it.
     * @param offset   of its first byte.
     * @param decision what was decided.
     * @return one line without its end, valid until the next call.
     */
    CharSequence format(MutableDirectBuffer buffer, int offset, Decision decision);
}
