package io.flashsale.bench.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark for a moment, in this JVM: what they say is not looked at, but each must do what it claims to. */
@Timeout(240)
class MicrobenchmarkTest {
    /** Its class and the measured side of each; the other methods are baselines. */
    private static final Map<String, Set<String>> MEASURED = Map.of(
            "EnginePairBenchmark", Set.of("engine"),
            "EngineRefusalBenchmark", Set.of("engine"),
            "EngineMixedBenchmark", Set.of("engine"),
            "CodecBenchmark", Set.of("encode", "decode"),
            "RequestBenchmark", Set.of("service"),
            "AnswerBenchmark", Set.of("service"),
            "RingBenchmark", Set.of("commands"),
            "JournalBenchmark", Set.of("append", "appendAndSync"),
            "ReplayBenchmark", Set.of("journal"));

    @TempDir
    private Path directory;

    @Test
    void shouldRunEveryBenchmarkAndItsBaseline() throws Exception {
        final Path json = directory.resolve("jmh.json");
        final Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("io\\.flashsale\\.bench\\.micro\\..*")
                        .forks(0)
                        .param("items", "10000")
                        .param("batch", "64")
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(json.toString())
                        .build())
                .run();
        final Map<String, Set<String>> byClass = results.stream()
                .map(result -> result.getParams().getBenchmark().split("\\.", -1))
                .collect(Collectors.groupingBy(
                        parts -> parts[parts.length - 2],
                        Collectors.mapping(parts -> parts[parts.length - 1], Collectors.toSet())));
        assertEquals(MEASURED.keySet(), byClass.keySet());
        byClass.forEach((name, methods) -> {
            assertTrue(methods.containsAll(MEASURED.get(name)), name + methods);
            assertTrue(methods.size() >= 2 * MEASURED.get(name).size(), "a benchmark without its baseline: " + name);
        });
        assertTrue(Files.size(json) > 0);
    }
}
