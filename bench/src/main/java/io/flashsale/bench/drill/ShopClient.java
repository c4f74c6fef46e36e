package io.flashsale.bench.drill;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

/** A patient client of the API, one request after the other. For one thread. */
public final class ShopClient {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    /**
     * A client.
     *
     * @param address of a service.
     */
    public ShopClient(final InetSocketAddress address) {
        base = "http://" + address.getHostString() + ":" + address.getPort();
    }

    /**
     * An answer.
     *
     * @param status HTTP status.
     * @param body   as text.
     */
    public record Answer(int status, String body) {}

    /** {@code POST /checkout}. */
    public Answer checkout(final long user, final int item) throws IOException, InterruptedException {
        return send("POST", "/checkout?user_id=" + user + "&item_id=" + item);
    }

    /** {@code POST /purchase}. */
    public Answer purchase(final UUID code) throws IOException, InterruptedException {
        return send("POST", "/purchase?code=" + code);
    }

    /** {@code GET} of any path. */
    public Answer get(final String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    private Answer send(final String method, final String path) throws IOException, InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        final HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }
}
