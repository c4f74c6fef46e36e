package io.flashsale.journal;

import java.nio.file.Path;

/** A directory's lock is somebody else's. */
public final class DirectoryHeldException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    DirectoryHeldException(final Path file, final String holder) {
        this(file, holder, null);
    }

    DirectoryHeldException(final Path file, final String holder, final Throwable cause) {
        super(file + " is held by " + holder, cause);
        this.holder = holder;
    }

    /**
     * Who has it, as far as is known.
     *
     * @return such as {@code process 4711, started 2026-01-01T00:00:00Z}.
     */
    public String holder() {
        return holder;
    }
}
