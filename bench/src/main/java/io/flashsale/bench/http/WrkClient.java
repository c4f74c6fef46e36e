package io.flashsale.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * wrk, where it is installed: a thread of it costs about half of what a client in Java costs, which leaves more of a small
 * machine to the server. It does not tell 409 from 503, so somebody else has to look at the service's own counters.
 */
final class WrkClient implements HttpClientRun {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Pattern LATENCY = Pattern.compile("^ +(50|99)% +([0-9.]+)(us|ms|s)$", Pattern.MULTILINE);
    private static final Pattern REQUESTS = Pattern.compile("^ +(\\d+) requests in ", Pattern.MULTILINE);
    private static final Pattern REFUSED = Pattern.compile("^ +Non-2xx or 3xx responses: (\\d+)$", Pattern.MULTILINE);
    private static final Pattern RATE = Pattern.compile("^Requests/sec: +([0-9.]+)$", Pattern.MULTILINE);
    private static final Pattern CPU = Pattern.compile("(\\d+)m([0-9.]+)s (\\d+)m([0-9.]+)s\\s*$");

    private static final String SCRIPT = """
            local depth = %d
            math.randomseed(os.time())
            local function checkout()
                return wrk.format("POST", "/checkout?user_id=" .. math.random(1, %d)
                    .. "&item_id=" .. math.random(0, %d))
            end
            if depth == 1 then
                request = checkout
            else
                request = function()
                    local requests = {}
                    for i = 1, depth do
                        requests[i] = checkout()
                    end
                    return table.concat(requests)
                end
            end
            """;

    private final Path directory;

    /** Keeps its scripts in a directory. */
    WrkClient(final Path directory) {
        this.directory = directory;
    }

    /** Whether it can be run here. */
    static boolean isInstalled() {
        try {
            final Process process = new ProcessBuilder("wrk", "-v")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.waitFor(10, TimeUnit.SECONDS);
            return true;
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String name() {
        return "wrk, one thread";
    }

    @Override
    public ClientFigures run(final InetSocketAddress address, final Load load, final Duration duration)
            throws IOException, InterruptedException {
        final Path script = Files.writeString(
                directory.resolve("checkout.lua"), SCRIPT.formatted(load.depth(), load.users(), load.items() - 1));
        // The last line is what the shell's children used.
        final String command = "wrk -t1 -c" + load.connections() + " -d" + duration.toSeconds()
                + "s --timeout 10s --latency -s '" + script
                + "' 'http://127.0.0.1:" + address.getPort() + "/'; code=$?; "
                + "times; exit $code";
        final Process process = new ProcessBuilder(List.of("sh", "-c", command))
                .redirectErrorStream(true)
                .start();
        final String output;
        try {
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(duration.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new IOException("wrk failed:\n" + output);
            }
        } finally {
            process.destroyForcibly();
        }
        if (output.contains("Socket errors")) {
            throw new IOException("wrk saw socket errors:\n" + output);
        }
        return figures(output, duration);
    }

    static ClientFigures figures(final String output, final Duration duration) throws IOException {
        long p50 = 0;
        long p99 = 0;
        final Matcher latency = LATENCY.matcher(output);
        while (latency.find()) {
            final long nanos = nanos(Double.parseDouble(latency.group(2)), latency.group(3));
            if (latency.group(1).equals("50")) {
                p50 = nanos;
            } else {
                p99 = nanos;
            }
        }
        final Matcher cpu = find(CPU, output);
        final Matcher refused = REFUSED.matcher(output);
        return new ClientFigures(
                Long.parseLong(find(REQUESTS, output).group(1)),
                refused.find() ? Long.parseLong(refused.group(1)) : 0,
                Double.parseDouble(find(RATE, output).group(1)),
                p50,
                p99,
                (seconds(cpu, 1) + seconds(cpu, 3)) / duration.toSeconds());
    }

    private static double seconds(final Matcher cpu, final int group) {
        return 60 * Long.parseLong(cpu.group(group)) + Double.parseDouble(cpu.group(group + 1));
    }

    private static Matcher find(final Pattern pattern, final String output) throws IOException {
        final Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("wrk said something else than expected:\n" + output);
        }
        return matcher;
    }

    private static long nanos(final double value, final String unit) {
        return Math.round(value
                * switch (unit) {
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    default -> 1e9;
                });
    }
}
