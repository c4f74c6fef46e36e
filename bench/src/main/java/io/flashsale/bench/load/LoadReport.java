package io.flashsale.bench.load;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a run saw. Immutable.
 *
 * @param config         what was asked for.
 * @param elapsedNanos   from the start of sending to the last answer, or to the end of the last checkouts if later.
 * @param clientCpuNanos processor time of the load threads, without the JVM's own (compiler, collector).
 * @param counts         requests and connections.
 * @param statuses       answers by HTTP status, checkouts and purchases together.
 * @param outcomes       answers by what they said; those that did not occur are left out.
 * @param latencies      every class, in the order of the enum; from the planned send in the open loop, else from the
 *                       actual send.
 * @param sendDelay      open loop: from the planned to the actual send, whether the server or this client was late.
 */
public record LoadReport(
        LoadConfig config,
        long elapsedNanos,
        long clientCpuNanos,
        LoadCounts counts,
        SortedMap<Integer, Long> statuses,
        Map<AnswerOutcome, Long> outcomes,
        Map<AnswerClass, LatencySummary> latencies,
        LatencySummary sendDelay) {

    private static final double NANOS_PER_SECOND = 1e9;
    /** Above this share of its time, a load thread has no time to wait for answers. */
    private static final double BUSY = 0.9;
    /** Above this share of late requests, latencies tell of the client. */
    private static final double LATE = 0.05;

    /** Copies the maps. */
    public LoadReport {
        statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
        outcomes = Collections.unmodifiableMap(new TreeMap<>(outcomes));
        latencies = Collections.unmodifiableMap(new EnumMap<>(latencies));
    }

    /**
     * Answers received.
     *
     * @return of any status.
     */
    public long answers() {
        return statuses.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * How many answers were of a class.
     *
     * @param answerClass the class.
     * @return the count.
     */
    public long answers(final AnswerClass answerClass) {
        return latencies.get(answerClass).count();
    }

    /**
     * Answers whose status is not among those expected, and checkouts answered by 200 without a code.
     *
     * @param expected statuses.
     * @return how many.
     */
    public long unexpectedAnswers(final Set<Integer> expected) {
        long unexpected = counts.invalidCodes();
        for (final Map.Entry<Integer, Long> entry : statuses.entrySet()) {
            unexpected += expected.contains(entry.getKey()) ? 0 : entry.getValue();
        }
        return unexpected;
    }

    /**
     * Answers per second.
     *
     * @return the rate over the elapsed time.
     */
    public double answersPerSecond() {
        return perSecond(answers());
    }

    /**
     * Whether what was measured is this client rather than the service.
     *
     * @return a sentence that says why, or empty.
     */
    public Optional<String> clientBottleneck() {
        final double busy = elapsedNanos == 0 ? 0 : (double) clientCpuNanos / elapsedNanos / config.threads();
        if (busy > BUSY) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the client was the bottleneck: its threads used %.0f%% of their time; more --threads, if there are"
                            + " cores, or fewer requests",
                    busy * 100));
        }
        final double late = counts.sent() == 0 ? 0 : (double) counts.lateByClient() / counts.sent();
        if (late > LATE) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the client was the bottleneck: it sent %.0f%% of the requests more than 1 ms late, though there was"
                            + " room for them",
                    late * 100));
        }
        return Optional.empty();
    }

    /**
     * The report for people.
     *
     * @return lines, each ended by a line feed.
     */
    public String toText() {
        final StringBuilder text = new StringBuilder(2_048);
        line(
                text,
                "load on %s:%d: %d connections, depth %d, %d threads, users 1-%d, items 0-%d, seed %d",
                config.target().getHostString(),
                config.target().getPort(),
                config.connections(),
                config.depth(),
                config.threads(),
                config.users(),
                config.items() - 1,
                config.seed());
        line(
                text,
                "shares: purchases %s, releases %s, reads %s, repeats %s, hot %s (of %d items)",
                config.mix().purchaseShare(),
                config.mix().releaseShare(),
                config.mix().readShare(),
                config.mix().repeatShare(),
                config.mix().hotShare(),
                config.mix().hotItems());
        line(text, "mode: %s", mode());
        line(
                text,
                "%.3f s: %d requests sent (%d checkouts, %d purchases, %d releases, %d reads; %d of them repeats), %d answers, %.0f answers/s; client CPU %.3f s",
                elapsedNanos / NANOS_PER_SECOND,
                counts.sent(),
                counts.checkoutsSent(),
                counts.purchasesSent(),
                counts.releasesSent(),
                counts.readsSent(),
                counts.repeatsSent(),
                answers(),
                answersPerSecond(),
                clientCpuNanos / NANOS_PER_SECOND);
        line(text, "%s", LatencySummary.header());
        latencies.forEach((answerClass, latency) -> {
            if (latency.count() > 0) {
                line(text, "%s", latency.toRow(answerClass.label()));
            }
        });
        if (config.isOpenLoop()) {
            line(text, "%s", sendDelay.toRow("send delay"));
            line(text, "planned, never sent: %d", counts.plannedNotSent());
        }
        line(text, "statuses: %s", statuses.isEmpty() ? "none" : statuses.toString());
        outcomes.forEach((outcome, count) -> line(text, "  %-20s %12d", outcome.label(), count));
        line(
                text,
                "connection errors: %d (connect %d, closed by server %d, reset %d, time-out %d, protocol %d); reconnects %d",
                counts.connectionErrors(),
                counts.connectFailures(),
                counts.serverCloses(),
                counts.resets(),
                counts.timeouts(),
                counts.protocolErrors(),
                counts.reconnects());
        line(
                text,
                "unanswered: %d checkouts, %d purchases, %d others; owed to codes and not sent: %d; accepted without a code: %d",
                counts.checkoutsUnanswered(),
                counts.purchasesUnanswered(),
                counts.othersUnanswered(),
                counts.codesNotBought(),
                counts.invalidCodes());
        clientBottleneck().ifPresent(sentence -> line(text, "%s", sentence));
        return text.toString();
    }

    /**
     * The report for programs.
     *
     * @return one JSON object, without a line feed.
     */
    public String toJson() {
        return toJson(List.of());
    }

    /** The same, with members that others know, each as {@code "name":value}. */
    String toJson(final List<String> more) {
        final StringJoiner json = new StringJoiner(",", "{", "}");
        json.add(text(
                "target",
                config.target().getHostString() + ":" + config.target().getPort()));
        json.add(text("mode", config.isOpenLoop() ? "open" : "closed"));
        json.add(text("latency_from", config.isOpenLoop() ? "planned send" : "actual send"));
        json.add(number("rate", config.rate()));
        json.add(number("connections", config.connections()));
        json.add(number("depth", config.depth()));
        json.add(number("threads", config.threads()));
        json.add(number("users", config.users()));
        json.add(number("items", config.items()));
        json.add(number("purchase_share", config.mix().purchaseShare()));
        json.add(number("release_share", config.mix().releaseShare()));
        json.add(number("read_share", config.mix().readShare()));
        json.add(number("repeat_share", config.mix().repeatShare()));
        json.add(number("hot_share", config.mix().hotShare()));
        json.add(number("hot_items", config.mix().hotItems()));
        json.add(number("seed", config.seed()));
        json.add(number("elapsed_seconds", elapsedNanos / NANOS_PER_SECOND));
        json.add(number("client_cpu_seconds", clientCpuNanos / NANOS_PER_SECOND));
        json.add(number("answers", answers()));
        json.add(number("answers_per_second", answersPerSecond()));
        json.add(number("checkouts_sent", counts.checkoutsSent()));
        json.add(number("purchases_sent", counts.purchasesSent()));
        json.add(number("releases_sent", counts.releasesSent()));
        json.add(number("reads_sent", counts.readsSent()));
        json.add(number("repeats_sent", counts.repeatsSent()));
        json.add(number("others_unanswered", counts.othersUnanswered()));
        json.add(number("late_by_client", counts.lateByClient()));
        json.add("\"client_bottleneck\":" + clientBottleneck().isPresent());
        json.add(number("checkouts_unanswered", counts.checkoutsUnanswered()));
        json.add(number("purchases_unanswered", counts.purchasesUnanswered()));
        json.add(number("codes_not_bought", counts.codesNotBought()));
        json.add(number("planned_not_sent", counts.plannedNotSent()));
        json.add(number("invalid_codes", counts.invalidCodes()));
        json.add(number("connection_errors", counts.connectionErrors()));
        json.add(number("connect_failures", counts.connectFailures()));
        json.add(number("server_closes", counts.serverCloses()));
        json.add(number("resets", counts.resets()));
        json.add(number("timeouts", counts.timeouts()));
        json.add(number("protocol_errors", counts.protocolErrors()));
        json.add(number("reconnects", counts.reconnects()));
        final StringJoiner byStatus = new StringJoiner(",", "{", "}");
        statuses.forEach((status, count) -> byStatus.add(number(status.toString(), count)));
        json.add("\"statuses\":" + byStatus);
        final StringJoiner byOutcome = new StringJoiner(",", "{", "}");
        outcomes.forEach((outcome, count) -> byOutcome.add(number(outcome.label(), count)));
        json.add("\"outcomes\":" + byOutcome);
        final StringJoiner byClass = new StringJoiner(",", "{", "}");
        latencies.forEach((answerClass, latency) -> byClass.add('"' + answerClass.label() + "\":" + latency.toJson()));
        json.add("\"latency\":" + byClass);
        json.add("\"send_delay\":" + sendDelay.toJson());
        more.forEach(json::add);
        return json.toString();
    }

    String mode() {
        return config.isOpenLoop()
                ? String.format(Locale.ROOT, "open loop, %.1f requests/s; latency from the planned send", config.rate())
                : "closed loop; latency from the actual send, which hides what a stall does to requests not yet sent";
    }

    private double perSecond(final long count) {
        return elapsedNanos == 0 ? 0 : count * NANOS_PER_SECOND / elapsedNanos;
    }

    /** Host names hold nothing that JSON would have to escape. */
    static String text(final String name, final String value) {
        return '"' + name + "\":\"" + value + '"';
    }

    static String number(final String name, final long value) {
        return '"' + name + "\":" + value;
    }

    private static String number(final String name, final double value) {
        return String.format(Locale.ROOT, "\"%s\":%.6f", name, value);
    }

    @SuppressWarnings("AnnotateFormatMethod") // The formats are literals of this class.
    private static void line(final StringBuilder text, final String format, final Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
