package io.flashsale.bench.result;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a benchmark leaves its rounds. */
public final class ResultOptions {
    @Option(names = "--json", paramLabel = "FILE", description = "Write the rounds and the machine's facts to a file.")
    private Path json;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "Write them into a directory, under the benchmark's name and the time: for 'bench plots'.")
    private Path results;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "Added to the benchmark's name, to tell runs with other settings apart.")
    private String label;

    /** For picocli. */
    public ResultOptions() {}

    /**
     * Writes where it was asked to.
     *
     * @param result of the run.
     * @param out    is told the file.
     * @throws IOException if a file cannot be written.
     */
    public void write(final BenchResult result, final PrintWriter out) throws IOException {
        if (label != null) {
            result.label(label);
        }
        if (json != null) {
            out.println("written: " + Files.writeString(json, result.toJson()));
        }
        if (results != null) {
            out.println("written: " + result.writeInto(results));
        }
        out.flush();
    }
}
