package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.flashsale.engine.Outcome;
import io.flashsale.transport.OpenApiDocument.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Calls operations, holds every answer against their description, and remembers what it has seen. */
final class OpenApiClient {
    static final List<String> ACCEPTED = List.of("*/*", "application/json");
    static final String GOOD_CHECKOUT = "?user_id=7&item_id=42";

    private final OpenApiDocument document;
    private final HttpServer server;
    private final Set<String> seen = new TreeSet<>();
    private final Set<String> seenTypes = new TreeSet<>();

    OpenApiClient(final OpenApiDocument document, final HttpServer server) {
        this.document = document;
        this.server = server;
    }

    /** What was answered, as {@link OpenApiDocument#documented} names it. */
    Set<String> seen() {
        return seen;
    }

    /** The types of the problems that were answered. */
    Set<String> seenTypes() {
        return seenTypes;
    }

    static String target(final Operation operation) {
        final String path = operation.path().replace("{item_id}", "42");
        return switch (operation.name()) {
            case "POST /checkout" -> path + GOOD_CHECKOUT;
            case "DELETE /checkout" -> path + "?code=" + ServerFixture.code(Outcome.RELEASED);
            case "POST /purchase" -> path + "?code=" + ServerFixture.code(Outcome.PURCHASED);
            default -> path;
        };
    }

    static String request(final String method, final String target, final String accept, final String fields) {
        return method + " " + target + " HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n" + fields + "\r\n";
    }

    static boolean hasBody(final Operation operation) {
        return !operation.method().equals("HEAD");
    }

    RawClient clientFor(final Operation operation) throws IOException {
        return new RawClient(operation.path().equals("/metrics") ? server.adminPort() : server.port());
    }

    int ask(final Operation operation, final String target) throws Exception {
        return askWith(operation, target, "");
    }

    /** Asks for plain text and for JSON, and holds both answers against the document. Returns their status. */
    int askWith(final Operation operation, final String target, final String fields) throws Exception {
        final List<Integer> statuses = new ArrayList<>();
        for (final String accept : ACCEPTED) {
            try (RawClient client = clientFor(operation)) {
                client.send(request(operation.method(), target, accept, fields));
                statuses.add(check(operation, client.response(hasBody(operation))));
            }
        }
        assertEquals(statuses.get(0), statuses.get(1));
        return statuses.get(0);
    }

    int check(final Operation operation, final RawClient.Response answer) throws Exception {
        seen.add(document.check(operation, answer, hasBody(operation)));
        noteType(answer);
        return answer.status();
    }

    void noteType(final RawClient.Response answer) throws IOException {
        if ("application/problem+json".equals(answer.field("Content-Type"))
                && !answer.body().isEmpty()) {
            final JsonNode problem = JsonClient.parse(answer.body());
            assertEquals(answer.status(), problem.get("status").asInt());
            seenTypes.add(problem.get("type").asText());
        }
    }
}
