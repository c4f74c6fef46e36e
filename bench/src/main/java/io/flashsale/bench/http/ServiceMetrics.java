package io.flashsale.bench.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the service itself counts. For one thread. */
public final class ServiceMetrics {
    private static final Pattern ANSWERS =
            Pattern.compile("^flashsale_http_answers_total\\{status=\"(\\d+)\"} ([0-9.eE+]+)$", Pattern.MULTILINE);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI metrics;

    /**
     * Opens nothing.
     *
     * @param adminPort of a service on this machine.
     */
    public ServiceMetrics(final int adminPort) {
        metrics = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    }

    /** Answers since the start, by status. */
    Map<Integer, Long> byStatus() throws IOException, InterruptedException {
        final Map<Integer, Long> answers = new TreeMap<>();
        final Matcher matcher = ANSWERS.matcher(scrape());
        while (matcher.find()) {
            answers.put(Integer.valueOf(matcher.group(1)), (long) Double.parseDouble(matcher.group(2)));
        }
        return answers;
    }

    /**
     * One figure.
     *
     * @param name of a metric without labels.
     * @return its value.
     * @throws IOException if there is no such metric: then this is another program, or a service without that part.
     */
    public double value(final String name) throws IOException, InterruptedException {
        final String text = scrape();
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        metrics + " has no " + name + ": not this service, or not started as it should be"));
    }

    /**
     * Waits until PostgreSQL has all that is journaled.
     *
     * @param patience longest wait.
     * @return nanoseconds that it took.
     * @throws IOException if it takes longer, or the service has no projector.
     */
    public long awaitNoLag(final Duration patience) throws IOException, InterruptedException {
        final long begin = System.nanoTime();
        while (value("flashsale_projector_up") < 1 || value("flashsale_projector_lag_commands") > 0) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new IOException("PostgreSQL has not caught up within " + patience);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return System.nanoTime() - begin;
    }

    private String scrape() throws IOException, InterruptedException {
        final HttpRequest request =
                HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build();
        final HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(metrics + " answered " + response.statusCode());
        }
        return response.body();
    }
}
