package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flashsale.engine.Outcome;
import io.flashsale.transport.OpenApiDocument.Operation;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The OpenAPI description and the server say the same: whatever is documented is produced, as plain text and as JSON, and
 * whatever is produced is documented.
 */
class OpenApiTest extends ServerFixture {
    private static final int COMMANDS = 8;
    private static final List<String> ACCEPTED = OpenApiClient.ACCEPTED;
    private static final String GOOD_CHECKOUT = OpenApiClient.GOOD_CHECKOUT;

    private OpenApiDocument document;
    private OpenApiClient api;

    @BeforeEach
    void setUp() throws Exception {
        start(config().withEventLoops(1)
                .withBounds(1_000, COMMANDS)
                .withTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(20)));
        board.items().reserve(100);
        board.publish(1_767_225_600L, 1_767_225_600_000L, 1_767_229_200_000L, 100, 100, 0, 0, 1_767_225_600_000L);
        try (JsonClient client = new JsonClient(server.port())) {
            document = new OpenApiDocument(client.answer("GET /openapi.json"));
            api = new OpenApiClient(document, server);
        }
    }

    @Test
    void shouldDescribeExactlyThePathsThatAreServed() {
        final Set<String> served = Arrays.stream(Endpoint.values())
                .map(endpoint -> endpoint.path)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(served, document.paths());
    }

    @Test
    void shouldAnswerAsDocumentedAndDocumentAsAnswered() throws Exception {
        askWhatIsWellFormed();
        askWhatIsMalformed();
        askForMethodsAndPathsThatAreNot();
        askInTrouble();
        askTooSlowly();
        askWhileStopping();
        final Set<String> neverSeen = document.documented();
        neverSeen.removeAll(api.seen());
        assertEquals(Set.of(), neverSeen, "documented, but never answered");
        assertEquals(List.copyOf(document.problemTypes()), List.copyOf(api.seenTypes()));
    }

    private void askWhatIsWellFormed() throws Exception {
        for (final Operation operation : document.operations()) {
            api.ask(operation, OpenApiClient.target(operation));
        }
        final Operation checkout = document.operation("POST /checkout");
        for (final Outcome outcome : Outcome.values()) {
            if (outcome.code() < Outcome.PURCHASED.code()) {
                api.ask(checkout, "/checkout?user_id=7&item_id=" + outcome.code());
            } else if (outcome.code() < Outcome.TICKED.code()) {
                final boolean release = outcome == Outcome.RELEASED;
                if (!release) {
                    api.ask(document.operation("POST /purchase"), "/purchase?code=" + code(outcome));
                }
                if (release || outcome.code() > Outcome.RELEASED.code()) {
                    api.ask(document.operation("DELETE /checkout"), "/checkout?code=" + code(outcome));
                }
            }
        }
        for (final String method : List.of("GET", "HEAD")) {
            api.ask(document.operation(method + " /items/{item_id}"), "/items/100");
            api.ask(document.operation(method + " /items/{item_id}/image.svg"), "/items/1000000/image.svg");
        }
    }

    private void askWhatIsMalformed() throws Exception {
        final Operation checkout = document.operation("POST /checkout");
        for (final String query : List.of("id=", "item_id=1&id=2", "id=x", "id=1&id=1", "id=2147483648", "x=%")) {
            api.ask(checkout, "/checkout?user_id=7&" + query);
        }
        api.ask(checkout, "checkout");
        api.askWith(checkout, "/checkout" + GOOD_CHECKOUT, "Idempotency-Key: a b\r\n");
        api.askWith(checkout, "/checkout" + GOOD_CHECKOUT, "No colon\r\n");
        api.askWith(checkout, "/checkout" + GOOD_CHECKOUT, "Transfer-Encoding: chunked\r\n\r\nno number");
        for (final String accept : ACCEPTED) {
            final String head = "POST /checkout HTTP/1.2\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n";
            try (RawClient client = api.clientFor(checkout)) {
                api.check(checkout, client.send(head).response());
            }
        }
        for (final Operation operation : document.operations()) {
            final String target = OpenApiClient.target(operation);
            api.askWith(operation, target, "Host: b\r\n");
            api.askWith(operation, target, "Content-Length: 4097\r\n");
            api.askWith(operation, target, "Expect: tea\r\n");
            api.askWith(operation, target, "Y: y\r\nX: " + "x".repeat(TransportLimits.MAX_HEADERS) + "\r\n");
            api.ask(operation, target + "?" + "x".repeat(TransportLimits.MAX_REQUEST_LINE));
            askBeyondTheParameters(operation);
        }
    }

    /** Leaves out what is required, and goes to the bounds and beyond. */
    private void askBeyondTheParameters(final Operation operation) throws Exception {
        if (operation.method().equals("OPTIONS")) {
            return;
        }
        for (final JsonNode parameter : document.parameters(operation)) {
            if (!parameter.get("in").asText().equals("query")) {
                continue;
            }
            final String name = parameter.get("name").asText();
            final String path = operation.path() + "?";
            final String others = operation.path().equals("/checkout") && !name.equals("code")
                    ? name.equals("user_id") ? "item_id=42&" : "user_id=7&"
                    : "";
            if (parameter.get("required").asBoolean()) {
                assertEquals(400, api.ask(operation, path + others));
            }
            final JsonNode schema = parameter.get("schema");
            if (schema.has("minimum")) {
                final BigInteger least = schema.get("minimum").bigIntegerValue();
                final BigInteger most = schema.get("maximum").bigIntegerValue();
                final String with = path + others + name + "=";
                assertEquals(200, api.ask(operation, with + least));
                assertEquals(200, api.ask(operation, with + most));
                assertEquals(400, api.ask(operation, with + least.subtract(BigInteger.ONE)));
                assertEquals(400, api.ask(operation, with + most.add(BigInteger.ONE)));
            }
        }
    }

    private void askForMethodsAndPathsThatAreNot() throws Exception {
        final Map<String, Set<String>> documented = new HashMap<>();
        document.operations()
                .forEach(operation -> documented
                        .computeIfAbsent(operation.path(), path -> new TreeSet<>())
                        .add(operation.method()));
        for (final Operation any : document.operations()) {
            final Set<String> methods = documented.get(any.path());
            for (final String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "get")) {
                for (final String accept : methods.contains(method) ? List.<String>of() : ACCEPTED) {
                    final boolean hasBody = !method.equals("HEAD");
                    try (RawClient client = api.clientFor(any)) {
                        final RawClient.Response answer = client.send(
                                        OpenApiClient.request(method, OpenApiClient.target(any), accept, ""))
                                .response(hasBody);
                        assertEquals(405, answer.status());
                        assertEquals(
                                methods,
                                new TreeSet<>(List.of(answer.field("Allow").split(", "))));
                        document.check("MethodNotAllowed", answer, hasBody);
                        api.noteType(answer);
                    }
                }
            }
        }
        try (JsonClient client = new JsonClient(server.port())) {
            final RawClient.Response answer = client.ask("GET /nowhere");
            document.check("NoSuchPath", answer, true);
            api.noteType(answer);
        }
    }

    private void askInTrouble() throws Exception {
        final HealthReport good = health;
        health = new HealthReport(false, false, List.of());
        askReadings("/health");
        health = null;
        metrics = null;
        askReadings("/health");
        askReadings("/metrics");
        health = good;
        pipeline.full = true;
        askCommands();
        pipeline.full = false;
        for (final Admission refusing : List.of(Admission.OUT_OF_SPACE, Admission.DRAINING)) {
            admission = refusing;
            askCommands();
        }
        admission = Admission.OPEN;
        try (RawClient busy = connect()) {
            pipeline.hold();
            busy.send(OpenApiClient.request("POST", "/checkout" + GOOD_CHECKOUT, "*/*", "")
                    .repeat(COMMANDS));
            await("all commands", () -> server.counters().total(Counter.COMMANDS) - answered() == COMMANDS);
            askCommands();
            pipeline.release();
            for (int i = 0; i < COMMANDS; i++) {
                assertEquals(200, busy.response().status());
            }
        }
    }

    private long answered() {
        return server.counters().total(Counter.COMMANDS_ANSWERED);
    }

    private void askReadings(final String prefix) throws Exception {
        for (final Operation operation : document.operations()) {
            if (operation.path().startsWith(prefix)) {
                api.ask(operation, OpenApiClient.target(operation));
            }
        }
    }

    private void askCommands() throws Exception {
        for (final String name : List.of("POST /checkout", "DELETE /checkout", "POST /purchase")) {
            assertEquals(503, api.ask(document.operation(name), OpenApiClient.target(document.operation(name))));
        }
    }

    private void askTooSlowly() throws Exception {
        final Map<RawClient, Operation> clients = new HashMap<>();
        for (final Operation operation : document.operations()) {
            for (final String accept : ACCEPTED) {
                final RawClient client = api.clientFor(operation);
                client.send(OpenApiClient.request(
                        operation.method(), OpenApiClient.target(operation), accept, "Content-Length: 1\r\n"));
                clients.put(client, operation);
            }
        }
        for (final Map.Entry<RawClient, Operation> client : clients.entrySet()) {
            try (RawClient open = client.getKey()) {
                final Operation operation = client.getValue();
                assertEquals(408, api.check(operation, open.response(OpenApiClient.hasBody(operation))));
            }
        }
    }

    /** Comes last: the service's port is closed. */
    private void askWhileStopping() throws Exception {
        final List<Operation> readings = document.operations().stream()
                .filter(operation -> List.of("GET", "HEAD").contains(operation.method())
                        && !operation.path().startsWith("/health")
                        && !operation.path().equals("/metrics"))
                .toList();
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < readings.size() * ACCEPTED.size(); i++) {
            final RawClient client = connect();
            clients.add(client);
            // When the first is answered, the second has begun.
            final String method = readings.get(i / ACCEPTED.size()).method();
            client.send(OpenApiClient.request("GET", "/sale", "*/*", "") + method.substring(0, 2));
            client.response();
        }
        server.drain();
        // Comes after the stop of each event loop.
        assertTrue(server.awaitDecided(Duration.ofSeconds(10)));
        for (int i = 0; i < clients.size(); i++) {
            final Operation operation = readings.get(i / ACCEPTED.size());
            final String accept = ACCEPTED.get(i % ACCEPTED.size());
            try (RawClient client = clients.get(i)) {
                client.send(OpenApiClient.request(operation.method(), OpenApiClient.target(operation), accept, "")
                        .substring(2));
                assertEquals(503, api.check(operation, client.response(OpenApiClient.hasBody(operation))));
            }
        }
    }
}
