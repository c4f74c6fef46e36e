package io.flashsale.bench.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the service itself counts, from its metrics. */
final class ServiceAnswers {
    private static final Pattern ANSWERS =
            Pattern.compile("^flashsale_http_answers_total\\{status=\"(\\d+)\"} ([0-9.eE+]+)$", Pattern.MULTILINE);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI metrics;

    ServiceAnswers(final int adminPort) {
        metrics = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    }

    /** Answers since the start, by status. */
    Map<Integer, Long> byStatus() throws IOException, InterruptedException {
        final HttpRequest request =
                HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(10)).build();
        final HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(metrics + " answered " + response.statusCode());
        }
        final Map<Integer, Long> answers = new TreeMap<>();
        final Matcher matcher = ANSWERS.matcher(response.body());
        while (matcher.find()) {
            answers.put(Integer.valueOf(matcher.group(1)), (long) Double.parseDouble(matcher.group(2)));
        }
        return answers;
    }
}
