package io.flashsale.server.lifecycle;

import io.flashsale.server.pipeline.FailStop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Halts the process: no shutdown hooks, no drain, no clean end of the journal. */
final class ProcessHalt implements FailStop {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessHalt.class);

    @Override
    public void halt(final String what, final Throwable cause) {
        try {
            LOG.error("HALT while {}: nothing more is answered; the next start recovers from the journal", what, cause);
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
