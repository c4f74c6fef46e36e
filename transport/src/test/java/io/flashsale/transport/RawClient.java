package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A socket that sends what it is told and reads answers, one at a time. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    final Socket socket;
    private final InputStream in;

    record Response(int status, Map<String, String> fields, String body, String raw) {
        String field(final String name) {
            return fields.get(name.toLowerCase(Locale.ROOT));
        }
    }

    RawClient(final int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    RawClient(final Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 512);
    }

    RawClient send(final String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /** Sends so many bytes at a time. */
    void sendInPieces(final String text, final int size) throws IOException {
        for (int i = 0; i < text.length(); i += size) {
            send(text.substring(i, Math.min(text.length(), i + size)));
        }
    }

    /** Reads until the server closes its side, in order. */
    void readToTheEnd() throws IOException {
        in.readAllBytes();
    }

    /** Sends a request without a body and with a Host field. */
    RawClient ask(final String line) throws IOException {
        return send(line + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    Response response() throws IOException {
        return response(true);
    }

    /** Reads one answer; with or without the body that its Content-Length announces. */
    Response response(final boolean withBody) throws IOException {
        final StringBuilder raw = new StringBuilder();
        while (raw.length() < 4 || !raw.substring(raw.length() - 4).equals("\r\n\r\n")) {
            final int c = in.read();
            if (c < 0) {
                throw new IOException("closed after: " + raw);
            }
            raw.append((char) c);
        }
        final String[] lines = raw.toString().split("\r\n", -1);
        final Map<String, String> fields = new TreeMap<>();
        for (int i = 1; i < lines.length - 2; i++) {
            final int colon = lines[i].indexOf(':');
            if (fields.put(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), lines[i].substring(colon + 2))
                    != null) {
                throw new IOException("repeated field: " + raw);
            }
        }
        final int length = withBody ? Integer.parseInt(fields.getOrDefault("content-length", "0")) : 0;
        final String body = new String(in.readNBytes(length), ISO_8859_1);
        return new Response(Integer.parseInt(lines[0].substring(9, 12)), fields, body, raw + body);
    }

    /** Whether the server closed its side, and sent nothing before. A reset is not an orderly end. */
    boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    /** Whether the server closed, in whatever way. */
    boolean isGone() throws IOException {
        try {
            return in.read() < 0;
        } catch (final SocketException e) {
            return true;
        }
    }

    /** Closes so that the server sees a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
