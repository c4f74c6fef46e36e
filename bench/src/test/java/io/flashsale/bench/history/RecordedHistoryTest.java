package io.flashsale.bench.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.drill.DrillCommand;
import io.flashsale.bench.drill.ServerProcess;
import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadGenerator;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.load.ServiceProbe;
import io.flashsale.bench.load.TrafficMix;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Histories of a real service, killed in between, can be explained; damaged ones cannot be read. */
@Timeout(180)
class RecordedHistoryTest {
    private static final int LIMIT = 3;
    private static final int HOLD_SECONDS = 1;
    private static final int ITEMS = 200;
    private static final TrafficMix MIX = new TrafficMix(0.4, 0.2, 0.1, 0.3, 0.3, 10);
    private static final Map<String, String> SETTINGS = Map.of(
            "DB_HOST",
            "none",
            "APP_ITEM_NUMBER",
            String.valueOf(ITEMS),
            "APP_USER_LIMIT",
            String.valueOf(LIMIT),
            "APP_HOLD_SECONDS",
            String.valueOf(HOLD_SECONDS),
            "APP_SALE_SECONDS",
            "6");

    @TempDir
    private Path directory;

    @Test
    void shouldExplainWhatARealServiceAnsweredAlsoWhenItWasKilled() throws Exception {
        final Path file = directory.resolve("sale.history");
        final LoadReport beforeKill;
        final LoadReport afterKill;
        final ServiceProbe probe;
        ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(Duration.ofSeconds(90));
        try {
            probe = ServiceProbe.ask(server.address());
            final HistorySetup setup = HistorySetup.startingNow(
                    probe.total(), LIMIT, HOLD_SECONDS * 1_000L, probe.saleMillis(), probe.saleId());
            assertEquals(ITEMS, probe.total());
            assertTrue(probe.isUntouched());
            try (HistoryRecorder recorder = new HistoryRecorder(file, setup)) {
                final ServerProcess first = server;
                final LoadReport[] report = new LoadReport[1];
                final LoadGenerator generator = generator(first.address(), recorder, Duration.ofSeconds(60));
                final Thread load = new Thread(() -> report[0] = run(generator), "history-load");
                load.start();
                await(recorder, 6_000);
                first.kill();
                load.join();
                beforeKill = report[0];
                server = ServerProcess.serve(directory, SETTINGS).awaitReady(Duration.ofSeconds(90));
                afterKill = run(generator(server.address(), recorder, Duration.ofSeconds(2)));
                recorder.finish();
            }
        } finally {
            server.close();
        }
        assertTrue(beforeKill.counts().unanswered() > 0, beforeKill::toText);
        for (final AnswerOutcome outcome : new AnswerOutcome[] {
            AnswerOutcome.RESERVED, AnswerOutcome.PURCHASED, AnswerOutcome.RELEASED, AnswerOutcome.ITEM_RESERVED
        }) {
            assertTrue(afterKill.outcomes().getOrDefault(outcome, 0L) > 0, afterKill::toText);
        }
        assertEquals(0, afterKill.outcomes().getOrDefault(AnswerOutcome.UNRECOGNISED, 0L), afterKill::toText);

        final HistoryVerdict verdict = HistoryCheck.check(file, HistoryCheck.TOLERANCE_MILLIS);
        assertTrue(verdict.isAccepted(), verdict::toText);
        assertEquals(beforeKill.counts().unanswered() > 0, verdict.unanswered() > 0, verdict::toText);
        assertTrue(verdict.answered() > 6_000, verdict::toText);
        assertEquals(0, check(file));

        // The same answers without one of the accepted checkouts, as if the service had made up its code.
        final HistoryReader.History history = HistoryReader.read(file);
        final UUID bought = history.events().stream()
                .filter(event -> event.outcome() == AnswerOutcome.PURCHASED)
                .findFirst()
                .orElseThrow()
                .code();
        history.events()
                .removeIf(event -> event.outcome() == AnswerOutcome.RESERVED
                        && event.code().equals(bought));
        assertFalse(HistoryCheck.check(history.setup(), history.events(), HistoryCheck.TOLERANCE_MILLIS)
                .isAccepted());

        // Without its end mark nothing can be concluded, and what is no history at all is none.
        final byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - HistoryFormat.RECORD_LENGTH));
        assertEquals(2, check(file));
        Files.writeString(file, "no history");
        assertEquals(2, check(file));
        Files.delete(file);
        assertEquals(2, check(file));
    }

    private static LoadReport run(final LoadGenerator generator) {
        try {
            return generator.run();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static LoadGenerator generator(
            final InetSocketAddress address, final HistoryRecorder recorder, final Duration duration) {
        final LoadConfig config = LoadConfig.to(address)
                .connections(16)
                .depth(2)
                .users(120)
                .items(ITEMS)
                .mix(MIX)
                .duration(duration)
                .rate(3_000)
                .build();
        return new LoadGenerator(config, LoadListener.NONE, recorder);
    }

    private static void await(final HistoryRecorder recorder, final long records) throws InterruptedException {
        final long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (recorder.recorded() < records) {
            assertTrue(System.nanoTime() - deadline < 0, "no " + records + " requests within a minute");
            Thread.sleep(5);
        }
    }

    private static int check(final Path file) {
        return new CommandLine(new DrillCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(new StringWriter()))
                .execute("history", file.toString());
    }
}
