package io.flashsale.transport;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The paths that are answered, and with which methods. A path may have one number in it, written without sign or leading
 * zero: one thing has one address.
 */
@SuppressWarnings("ImmutableEnumChecker") // Neither replies nor the list of methods change.
enum Endpoint {
    CHECKOUT("/checkout", HttpMethod.POST, HttpMethod.DELETE),
    PURCHASE("/purchase", HttpMethod.POST),
    SALE("/sale", HttpMethod.GET, HttpMethod.HEAD),
    ITEMS("/items", HttpMethod.GET, HttpMethod.HEAD),
    ITEM("/items/{item_id}", HttpMethod.GET, HttpMethod.HEAD),
    ITEM_IMAGE("/items/{item_id}/image.svg", HttpMethod.GET, HttpMethod.HEAD),
    HEALTH("/health", HttpMethod.GET, HttpMethod.HEAD),
    HEALTH_LIVE("/health/live", HttpMethod.GET, HttpMethod.HEAD),
    HEALTH_READY("/health/ready", HttpMethod.GET, HttpMethod.HEAD),
    OPENAPI("/openapi.json", HttpMethod.GET, HttpMethod.HEAD),
    METRICS("/metrics", HttpMethod.GET, HttpMethod.HEAD);

    /** What the service's port answers, the busiest first. */
    static final List<Endpoint> SERVICE =
            List.of(CHECKOUT, PURCHASE, SALE, ITEMS, ITEM, ITEM_IMAGE, HEALTH, HEALTH_LIVE, HEALTH_READY, OPENAPI);

    /** What the admin port answers. */
    static final List<Endpoint> ADMIN = List.of(METRICS, HEALTH, HEALTH_LIVE, HEALTH_READY);

    private static final int NO_NUMBER = -1;
    private static final int MAX_DIGITS = 9;

    final String path;

    /** The answer to OPTIONS. */
    final Reply options;

    /** The answer to any method that is not allowed. */
    final Reply notAllowed;

    private final List<HttpMethod> methods;
    private final boolean numbered;
    private final String prefix;
    private final String suffix;

    Endpoint(final String path, final HttpMethod... methods) {
        this.path = path;
        this.methods = List.of(methods);
        numbered = path.indexOf('{') >= 0;
        prefix = numbered ? path.substring(0, path.indexOf('{')) : path;
        suffix = numbered ? path.substring(path.indexOf('}') + 1) : "";
        final String allow = allow(Stream.of(methods));
        final String field = "Allow: " + allow + "\r\n";
        options = Reply.noContent(field);
        notAllowed = Reply.problem(
                405, field, "method-not-allowed", "Method not allowed", path + " answers " + allow + " only.");
    }

    /** The answer to {@code OPTIONS *}: what any of the paths answers. */
    static Reply options(final List<Endpoint> served) {
        final Stream<HttpMethod> all = served.stream().flatMap(endpoint -> endpoint.methods.stream());
        return Reply.noContent("Allow: " + allow(all.distinct().sorted()) + "\r\n");
    }

    private static String allow(final Stream<HttpMethod> methods) {
        return Stream.concat(methods, Stream.of(HttpMethod.OPTIONS))
                .map(HttpMethod::name)
                .collect(Collectors.joining(", "));
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
            if (endpoint.isAt(target, start, end)) {
                return endpoint;
            }
        }
        return null;
    }

    private boolean isAt(final String target, final int start, final int end) {
        if (numbered) {
            return number(target, start, end) != NO_NUMBER;
        }
        return end - start == path.length() && target.startsWith(path, start);
    }

    /** The number in a path of this endpoint, or -1 if the path is not one. */
    int number(final String target, final int start, final int end) {
        final int first = start + prefix.length();
        final int last = end - suffix.length();
        final int digits = last - first;
        if (digits < 1
                || digits > MAX_DIGITS
                || !target.startsWith(prefix, start)
                || !target.startsWith(suffix, last)
                || (digits > 1 && target.charAt(first) == '0')) {
            return NO_NUMBER;
        }
        int number = 0;
        for (int i = first; i < last; i++) {
            final char c = target.charAt(i);
            if (c < '0' || c > '9') {
                return NO_NUMBER;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
