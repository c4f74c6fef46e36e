package io.flashsale.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.BenchMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is written can be read, says on which machine it was seen, and can be drawn. */
class BenchResultTest {
    @TempDir
    private Path directory;

    private BenchResult twoRounds() {
        final BenchResult result = new BenchResult("http", directory).setting("client", "a \"client\"\n\\");
        result.add("64 connections", "a", 1, Map.of("requests_per_second", 100.0));
        result.add("64 connections", "b", 1, Map.of("requests_per_second", 50.0));
        result.add("64 connections", "a", 2, Map.of("requests_per_second", 300.0));
        result.add("64 connections", "b", 2, Map.of("requests_per_second", 100.0));
        return result;
    }

    private int plots(final StringWriter said) {
        return new CommandLine(new PlotsCommand())
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .execute(
                        "--results",
                        directory.toString(),
                        "--out",
                        directory.resolve("img").toString());
    }

    @Test
    void shouldTakeRatiosRoundByRound() {
        final Spread ratio = twoRounds().ratio("64 connections", "a", "b", "requests_per_second");
        assertEquals(new Spread(2.5, 2, 3), ratio);
        assertEquals("2.50 (2.00 to 3.00)", ratio.text(2));
    }

    @Test
    void shouldWriteRoundsSettingsAndMachine() throws Exception {
        final Path file = twoRounds().writeInto(directory.resolve("results"));
        final Map<?, ?> read = (Map<?, ?>) Json.parse(Files.readString(file));
        assertEquals("http", read.get("benchmark"));
        assertTrue(file.getFileName().toString().matches("http-\\d{8}T\\d{6}Z\\.json"), file.toString());
        assertEquals(Map.of("client", "a \"client\"\n\\"), read.get("settings"));
        assertEquals(4, ((List<?>) read.get("rounds")).size());
        assertEquals(300.0, ((Map<?, ?>) ((List<?>) read.get("rounds")).get(2)).get("requests_per_second"));
        final Map<?, ?> machine = (Map<?, ?>) read.get("machine");
        for (final String fact : List.of("cores", "cpu", "kernel", "jdk", "file_system")) {
            assertTrue(machine.containsKey(fact), fact + " is not in " + machine);
        }
    }

    @Test
    void shouldTellRunsWithOtherSettingsApart() throws Exception {
        final Path file = twoRounds().label("sync never").writeInto(directory);
        assertTrue(file.getFileName().toString().startsWith("http-sync-never-"), file.toString());
    }

    @Test
    void shouldDrawOwnResultsAndThoseOfJmh() throws Exception {
        twoRounds().writeInto(directory);
        Files.writeString(directory.resolve("jmh.json"), """
                [{"benchmark": "io.flashsale.bench.micro.CodecBenchmark.encode", "params": {"items": "10"},
                  "primaryMetric": {"score": 1.5E0, "scoreUnit": "ns/op", "rawData": [[1, 2]]}},
                 {"benchmark": "io.flashsale.bench.micro.CodecBenchmark.encodeByteBuffer",
                  "primaryMetric": {"score": 3, "scoreUnit": "ns/op"}}]
                """);
        final StringWriter said = new StringWriter();
        assertEquals(0, plots(said), said.toString());
        final String http = Files.readString(directory.resolve("img/http-requests-per-second.svg"));
        assertTrue(http.startsWith("<svg") && http.contains("<title>http: a, b<"), http);
        final String jmh = Files.readString(directory.resolve("img/jmh-CodecBenchmark.svg"));
        assertTrue(jmh.contains("<title>CodecBenchmark: encode, encodeByteBuffer<"), jmh);
    }

    @Test
    void shouldNameAFileThatIsNoResult() throws Exception {
        final StringWriter none = new StringWriter();
        assertEquals(1, plots(none));
        assertTrue(none.toString().contains("no JSON file"), none.toString());
        Files.writeString(directory.resolve("broken.json"), "{\"benchmark\": ");
        final StringWriter broken = new StringWriter();
        assertEquals(1, plots(broken));
        assertTrue(broken.toString().contains("broken.json is no result"), broken.toString());
    }

    @Test
    void shouldRefuseWhatIsNotJson() {
        for (final String text : List.of("", "{", "[1,]", "{\"a\" 1}", "\"\\u12", "nul", "1 2")) {
            assertThrows(IllegalArgumentException.class, () -> Json.parse(text), text);
        }
    }

    @Test
    void shouldRefuseWrongSettingsOfEveryBenchmark() {
        for (final String[] arguments : new String[][] {
            {"http", "--rounds=0"},
            {"http", "--pipeline=65"},
            {"http", "--connections=0"},
            {"pipeline", "--seconds=0"},
            {"projector", "--attempts=1"},
            {"sale", "--connections=0"},
            {"plots", "--unknown"},
        }) {
            final StringWriter said = new StringWriter();
            assertEquals(
                    2,
                    BenchMain.commandLine()
                            .setErr(new PrintWriter(said))
                            .setOut(new PrintWriter(said))
                            .execute(arguments),
                    String.join(" ", arguments));
            assertTrue(said.toString().contains(arguments[1].replaceAll("=.*", "")), said.toString());
        }
    }
}
