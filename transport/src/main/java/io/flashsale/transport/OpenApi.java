package io.flashsale.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the HTTP interface, as it stands in the module's resources. */
final class OpenApi {
    static final Reply DOCUMENT = Reply.document(200, "application/json", "", read());

    private OpenApi() {}

    private static byte[] read() {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing");
            }
            return in.readAllBytes();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
