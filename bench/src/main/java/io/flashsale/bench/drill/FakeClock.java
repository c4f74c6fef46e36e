package io.flashsale.bench.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock of a real process, by {@code libfaketime}: it can be set while the process runs, within a second; the monotonic clock stays
 * as it is. For one thread.
 */
final class FakeClock {
    /** Names the library where it is not in a usual place. */
    static final String VARIABLE = "FAKETIME_LIBRARY";

    private static final String NAME = "libfaketimeMT.so.1";

    private final Path file;
    private final Path library;

    private FakeClock(final Path file, final Path library) {
        this.file = file;
        this.library = library;
    }

    /** Skips the step where there is no such library. */
    static FakeClock in(final Path directory) throws IOException {
        final Optional<Path> library = library();
        DrillSkippedException.needs(
                library.isPresent(), "no " + NAME + " here; package faketime, or " + VARIABLE + " names it");
        final FakeClock clock = new FakeClock(directory.resolve("clock"), library.orElseThrow());
        clock.shift(Duration.ZERO);
        return clock;
    }

    private static Optional<Path> library() throws IOException {
        final String named = System.getenv(VARIABLE);
        if (named != null) {
            return Optional.of(Path.of(named)).filter(Files::exists);
        }
        final Path usual = Path.of("/usr/lib");
        if (!Files.isDirectory(usual)) {
            return Optional.empty();
        }
        try (Stream<Path> places = Files.list(usual)) {
            return places.map(place -> place.resolve("faketime").resolve(NAME))
                    .filter(Files::exists)
                    .findFirst();
        }
    }

    /** Sets the clock so much later, or earlier, than it really is. */
    void shift(final Duration by) throws IOException {
        final Path written = file.resolveSibling("clock.new");
        Files.writeString(written, (by.isNegative() ? "" : "+") + by.toSeconds() + "\n");
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What a process is started with. */
    Map<String, String> settings() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }
}
