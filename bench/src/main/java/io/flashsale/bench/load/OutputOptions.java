package io.flashsale.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Option;

/** Where the figures go, by flags. Filled by picocli. */
final class OutputOptions {
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = STANDARD_OUTPUT,
            description = "Write the report as JSON. Without a FILE, print it instead of the text.")
    private String json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the report as one page with charts, which refers to nothing outside.")
    private Path html;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Record every request and its answer, 64 bytes each, for: flash-sale drill history FILE.")
    private Path history;

    @Option(
            names = "--unexpected",
            paramLabel = "FILE",
            defaultValue = "load-unexpected.txt",
            description = "Where unexpected answers are written, if any come, the first 1,000. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Path unexpected;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    /** For picocli. */
    OutputOptions() {}

    boolean isJsonPrinted() {
        return STANDARD_OUTPUT.equals(json);
    }

    /** Null: none. */
    Path jsonFile() {
        return json == null || isJsonPrinted() ? null : Path.of(json);
    }

    /** Null: none. */
    Path html() {
        return html;
    }

    /** Null: none. */
    Path history() {
        return history;
    }

    Path unexpected() {
        return unexpected;
    }

    boolean quiet() {
        return quiet;
    }

    /**
     * Tries every file that is to be written, so that a load is not run for figures that cannot be kept.
     *
     * @throws IllegalArgumentException naming the first that cannot be.
     */
    void requireWritable() {
        requireWritable("json", jsonFile());
        requireWritable("html", html);
        requireWritable("history", history);
        requireWritable("unexpected", unexpected);
    }

    private static void requireWritable(final String name, final Path file) {
        if (file == null) {
            return;
        }
        final boolean existed = Files.exists(file);
        try {
            Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
            if (!existed) {
                Files.delete(file);
            }
        } catch (final IOException e) {
            throw new IllegalArgumentException(
                    name + " is " + file + "; allowed: a file that can be written (" + e + ")", e);
        }
    }
}
