package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Asks for JSON, and reads it strictly. */
final class JsonClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final RawClient client;

    JsonClient(final int port) throws IOException {
        client = new RawClient(port);
    }

    RawClient.Response ask(final String line) throws IOException {
        return client.send(line + " HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n")
                .response();
    }

    JsonNode answer(final String line) throws IOException {
        final RawClient.Response response = ask(line);
        assertEquals(200, response.status());
        assertEquals("application/json", response.field("Content-Type"));
        return parse(response.body());
    }

    static JsonNode parse(final String body) throws IOException {
        return MAPPER.readTree(body);
    }

    /** Compares regardless of order and white space. */
    static void assertJson(final String expected, final JsonNode actual) throws IOException {
        assertEquals(parse(expected), actual);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
