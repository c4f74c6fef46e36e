package io.flashsale.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.drill.ServerProcess;
import io.flashsale.bench.process.Launch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The load command on a real service: every sentence is known, every figure is written, Ctrl+C ends it in order. */
@Timeout(180)
class RealServiceLoadTest {
    @TempDir
    private static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void serve() throws Exception {
        server = ServerProcess.serve(
                        directory,
                        Map.of(
                                "DB_HOST",
                                "none",
                                "APP_ITEM_NUMBER",
                                "300",
                                "APP_USER_LIMIT",
                                "2",
                                "APP_HOLD_SECONDS",
                                "3"))
                .awaitReady(Duration.ofSeconds(90));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void shouldSendWhatTheMixedScenarioSaysAndWriteEveryReport() throws Exception {
        final Path json = directory.resolve("report.json");
        final Path html = directory.resolve("report.html");
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exit = new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "--port=" + server.address().getPort(),
                        "--scenario=mixed",
                        "--purchase-share=0.2",
                        "--users=400",
                        "--user-limit=2",
                        "--hold-seconds=3",
                        "--rate=1500",
                        "--connections=8",
                        "--seconds=6",
                        "--unexpected=" + directory.resolve("unexpected.txt"),
                        "--json=" + json,
                        "--html=" + html);
        assertEquals(0, exit, () -> out + "\n" + err);
        // The scenario's shares, but for the one that was given.
        assertTrue(
                out.toString().contains("purchases 0.2, releases 0.15, reads 0.2, repeats 0.1, hot 0.2"),
                out::toString);
        for (final String outcome : List.of(
                "reserved", "purchased", "released", "read", "item_sold", "item_reserved", "user_limit_reached")) {
            assertTrue(out.toString().contains("\n  " + outcome), () -> outcome + " is missing:\n" + out);
        }
        assertFalse(out.toString().contains("unrecognised"), out::toString);
        assertTrue(out.toString().contains("verdict: every answer was as expected"), out::toString);

        final String written = Files.readString(json);
        assertTrue(written.contains("\"violations\":0") && written.contains("\"exit_code\":0"), written);
        assertTrue(written.matches("(?s).*\"repeats_sent\":[1-9].*"), written);
        final String page = Files.readString(html);
        assertEquals(3, page.split("<svg", -1).length - 1, page);
        assertFalse(page.replace("http://www.w3.org/", "").contains("http"), "the page refers to something outside");
        assertTrue(page.contains("every answer was as expected"), page);
    }

    @Test
    void shouldPrintTheFiguresSoFarWhenItIsInterrupted() throws Exception {
        final Path output = directory.resolve("interrupted.out");
        final Path json = directory.resolve("interrupted.json");
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.flashsale.bench.BenchMain",
                "load",
                "--port=" + server.address().getPort(),
                "--seconds=3600",
                "--rate=200",
                "--json=" + json));
        final Process load = Launch.builder(directory, Map.of(), command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            // The first progress line comes after a second: by then it certainly sends.
            final long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while (!Files.readString(output).contains("in all")) {
                assertTrue(load.isAlive() && System.nanoTime() - deadline < 0, Files.readString(output));
                TimeUnit.MILLISECONDS.sleep(20);
            }
            final Process kill = new ProcessBuilder("kill", "-INT", String.valueOf(load.pid())).start();
            assertEquals(0, kill.waitFor());
            assertTrue(load.waitFor(60, TimeUnit.SECONDS), () -> "it goes on");
            assertEquals(130, load.exitValue(), () -> "exit code");
            assertTrue(Files.readString(output).contains("verdict: interrupted"), Files.readString(output));
            assertTrue(Files.readString(json).contains("\"interrupted\":true"), Files.readString(json));
        } finally {
            load.destroyForcibly();
        }
    }
}
