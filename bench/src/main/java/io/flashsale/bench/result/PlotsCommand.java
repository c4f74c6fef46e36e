package io.flashsale.bench.result;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Charts of results on the command line. */
@Command(
        name = "plots",
        mixinStandardHelpOptions = true,
        description = {
            "Draws bar charts (SVG) of the JSON files that the benchmarks left, JMH's among them.",
            "Of several runs of one benchmark the last by name is drawn."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:drawn", "1:a file cannot be read or written, or there is none", "2:a setting is wrong"})
public final class PlotsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "bench/results",
            description = "Holds the JSON files. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "docs/img",
            description = "Gets the charts. Default: ${DEFAULT-VALUE}.")
    private Path out;

    /** For picocli. */
    public PlotsCommand() {}

    @Override
    public Integer call() {
        final PrintWriter log = spec.commandLine().getOut();
        try {
            final List<Path> files;
            try (Stream<Path> listed = Files.list(results)) {
                files = listed.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .toList();
            }
            if (files.isEmpty()) {
                throw new IOException("no JSON file in " + results);
            }
            Files.createDirectories(out);
            for (final Path file : files) {
                for (final Map.Entry<String, String> chart : charts(file).entrySet()) {
                    log.println(Files.writeString(out.resolve(chart.getKey() + ".svg"), chart.getValue()));
                }
            }
            log.flush();
            return 0;
        } catch (final IOException e) {
            spec.commandLine().getErr().println("bench plots: " + e);
            return 1;
        }
    }

    private static Map<String, String> charts(final Path file) throws IOException {
        try {
            return ResultCharts.of(Json.parse(Files.readString(file)));
        } catch (final IllegalArgumentException | ClassCastException | NullPointerException e) {
            throw new IOException(file + " is no result of a benchmark: " + e.getMessage(), e);
        }
    }
}
