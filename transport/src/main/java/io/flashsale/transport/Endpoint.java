package io.flashsale.transport;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;

/** The paths that are answered, and with which methods. */
@SuppressWarnings("ImmutableEnumChecker") // Neither replies nor the list of methods change.
enum Endpoint {
    CHECKOUT("/checkout", List.of(HttpMethod.POST, HttpMethod.DELETE)),
    PURCHASE("/purchase", List.of(HttpMethod.POST)),
    SALE("/sale", List.of(HttpMethod.GET, HttpMethod.HEAD)),
    HEALTH("/health", List.of(HttpMethod.GET, HttpMethod.HEAD)),
    HEALTH_LIVE("/health/live", List.of(HttpMethod.GET, HttpMethod.HEAD)),
    HEALTH_READY("/health/ready", List.of(HttpMethod.GET, HttpMethod.HEAD)),
    METRICS("/metrics", List.of(HttpMethod.GET, HttpMethod.HEAD));

    /** What the service's port answers, the busiest first. */
    static final List<Endpoint> SERVICE = List.of(CHECKOUT, PURCHASE, SALE, HEALTH, HEALTH_LIVE, HEALTH_READY);

    /** What the admin port answers. */
    static final List<Endpoint> ADMIN = List.of(METRICS, HEALTH, HEALTH_LIVE, HEALTH_READY);

    final String path;

    /** The answer to any other method. */
    final Reply notAllowed;

    private final List<HttpMethod> methods;

    Endpoint(final String path, final List<HttpMethod> methods) {
        this.path = path;
        this.methods = methods;
        final String allow =
                String.join(", ", methods.stream().map(HttpMethod::name).toList());
        notAllowed = Reply.with(405, "Allow: " + allow + "\r\n", path + " answers " + allow + " only.\n");
    }

    boolean allows(final HttpMethod method) {
        return methods.contains(method);
    }

    /** Whether it only reads, and is therefore evaluated when its turn to be answered comes. */
    boolean isReading() {
        return this != CHECKOUT && this != PURCHASE;
    }

    /** Whether it is answered while the service stops. */
    boolean isHealth() {
        return this == HEALTH || this == HEALTH_LIVE || this == HEALTH_READY;
    }

    /** The endpoint at a path, or null. */
    static Endpoint find(final List<Endpoint> served, final String target, final int start, final int end) {
        for (int i = 0; i < served.size(); i++) {
            final Endpoint endpoint = served.get(i);
            if (end - start == endpoint.path.length() && target.startsWith(endpoint.path, start)) {
                return endpoint;
            }
        }
        return null;
    }
}
