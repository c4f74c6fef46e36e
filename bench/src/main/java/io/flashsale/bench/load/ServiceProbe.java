package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URL;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Asks {@code GET /sale} whether something is the service, before it is put under load.
 *
 * @param saleId    of the open sale: its opening, epoch seconds.
 * @param total     its items.
 * @param available of them: neither held nor sold.
 * @param opensAt   when it opened, epoch milliseconds.
 * @param closesAt  when it will close, epoch milliseconds.
 */
public record ServiceProbe(long saleId, int total, int available, long opensAt, long closesAt) {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LONGEST = 4_096;

    /**
     * Asks.
     *
     * @param target the supposed service.
     * @return what its sale is.
     * @throws NotTheServiceException with a sentence for people, if it does not answer as the service does.
     */
    public static ServiceProbe ask(final InetSocketAddress target) throws NotTheServiceException {
        final String where = target.getHostString() + ":" + target.getPort();
        try {
            final URL url = new URL("http", target.getAddress().getHostAddress(), target.getPort(), "/sale");
            final HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setInstanceFollowRedirects(false);
            final int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new NotTheServiceException(
                        where + " is not the service: GET /sale is answered by " + status + ", not by 200");
            }
            try (InputStream body = connection.getInputStream()) {
                return parse(new String(body.readNBytes(LONGEST), UTF_8), where);
            } finally {
                connection.disconnect();
            }
        } catch (final IOException e) {
            throw new NotTheServiceException("no service answers at " + where + ": " + e.getMessage(), e);
        }
    }

    private static ServiceProbe parse(final String body, final String where) throws NotTheServiceException {
        final Map<String, String> lines = new HashMap<>();
        body.lines().forEach(line -> {
            final int colon = line.indexOf(": ");
            if (colon > 0) {
                lines.put(line.substring(0, colon), line.substring(colon + 2));
            }
        });
        try {
            return new ServiceProbe(
                    Long.parseLong(lines.get("sale_id")),
                    Integer.parseInt(lines.get("total")),
                    Integer.parseInt(lines.get("available")),
                    instant(lines, "opens_at").toEpochMilli(),
                    instant(lines, "closes_at").toEpochMilli());
        } catch (final NumberFormatException | DateTimeException e) {
            throw new NotTheServiceException(
                    where + " is not the service: GET /sale does not say sale_id, total, available, opens_at and"
                            + " closes_at",
                    e);
        }
    }

    private static Instant instant(final Map<String, String> lines, final String name) {
        return Instant.parse(lines.getOrDefault(name, ""));
    }

    /** Whether nobody has held or bought anything of the sale. */
    public boolean isUntouched() {
        return available == total;
    }

    /** Length of the sale, milliseconds. */
    public long saleMillis() {
        return closesAt - opensAt;
    }

    /** Something else than the service, or nothing, answers. */
    public static final class NotTheServiceException extends Exception {
        private static final long serialVersionUID = 1L;

        NotTheServiceException(final String message) {
            super(message);
        }

        NotTheServiceException(final String message, final Throwable cause) {
            super(message, cause);
        }
    }
}
