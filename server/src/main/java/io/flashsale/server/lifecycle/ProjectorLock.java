package io.flashsale.server.lifecycle;

import io.flashsale.journal.DirectoryLock;
import io.flashsale.journal.JournalException;
import io.flashsale.server.cli.CommandFailedException;
import java.time.Instant;

/** One projector at a time, inside or outside of the service: the database, its own server and the mark are its alone. */
final class ProjectorLock {
    private ProjectorLock() {}

    /**
     * Takes the lock or refuses at once.
     *
     * @param data directory.
     * @param who  for the one that is refused while this one runs.
     * @return the lock, which ends with the process at the latest.
     * @throws CommandFailedException naming who holds it.
     */
    static DirectoryLock acquire(final DataDirectory data, final String who) {
        try {
            return DirectoryLock.acquire(data.projector(), who + ", started " + Instant.now());
        } catch (final JournalException e) {
            throw new CommandFailedException(
                    e.getMessage() + ": one projector at a time; stop that one, or start the service with"
                            + " APP_PROJECTOR=outside",
                    e);
        }
    }
}
