package io.flashsale.bench.drill;

import io.flashsale.bench.load.LoadListener;
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
    /** On a machine that does other things as well. */
    private static final Duration ANSWER = Duration.ofSeconds(90);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final PurchaseListener purchases;

    /** Hears of purchases. */
    @FunctionalInterface
    public interface PurchaseListener {
        /**
         * A purchase was answered.
         *
         * @param code      that was bought with.
         * @param sentNanos {@link System#nanoTime()} before it was sent.
         * @param answer    of the service; null if there was none.
         */
        void purchased(UUID code, long sentNanos, Answer answer);
    }

    /**
     * A client.
     *
     * @param address of a service.
     */
    public ShopClient(final InetSocketAddress address) {
        this(address, (code, sentNanos, answer) -> {});
    }

    /**
     * A client whose purchases somebody hears of.
     *
     * @param address   of a service.
     * @param purchases hears of them, on the client's thread.
     */
    public ShopClient(final InetSocketAddress address, final PurchaseListener purchases) {
        this.purchases = purchases;
        base = "http://" + address.getHostString() + ":" + address.getPort();
    }

    /**
     * An answer.
     *
     * @param status   HTTP status.
     * @param body     as text.
     * @param sequence place in the total order, -1 if it has none.
     */
    public record Answer(int status, String body, long sequence) {}

    /** {@code POST /checkout}. */
    public Answer checkout(final long user, final int item) throws IOException, InterruptedException {
        return send("POST", "/checkout?user_id=" + user + "&item_id=" + item);
    }

    /** {@code POST /purchase}. */
    public Answer purchase(final UUID code) throws IOException, InterruptedException {
        final long sentNanos = System.nanoTime();
        Answer answer = null;
        try {
            answer = send("POST", "/purchase?code=" + code);
            return answer;
        } finally {
            purchases.purchased(code, sentNanos, answer);
        }
    }

    /** {@code GET} of any path. */
    public Answer get(final String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    private Answer send(final String method, final String path) throws IOException, InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        final HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        final long sequence =
                response.headers().firstValueAsLong("Sale-Sequence").orElse(LoadListener.NO_SEQUENCE);
        return new Answer(response.statusCode(), response.body(), sequence);
    }
}
