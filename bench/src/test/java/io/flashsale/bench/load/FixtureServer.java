package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on a real loopback socket, with a blocking thread for each connection. What it answers is the test's
 * affair; how the bytes are cut into writes as well.
 */
final class FixtureServer implements AutoCloseable {
    /** Answers one request. */
    interface Script {
        /**
         * Decides an answer.
         *
         * @param requestLine first line of the request.
         * @return the whole response, or null to close the connection without one.
         */
        String answer(String requestLine) throws InterruptedException;
    }

    private final ServerSocket listening;
    private final Script script;
    private final int writeSize;
    private final Thread accepting = new Thread(this::accept, "fixture-accept");
    private final List<Thread> serving = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();

    FixtureServer(final Script script) throws IOException {
        this(script, 0, Integer.MAX_VALUE);
    }

    /**
     * Listens at once.
     *
     * @param port      0 for any.
     * @param writeSize most bytes of a write.
     */
    FixtureServer(final Script script, final int port, final int writeSize) throws IOException {
        this.script = script;
        this.writeSize = writeSize;
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        accepting.start();
    }

    static String response(final int status, final String body, final String headers) {
        return "HTTP/1.1 " + status + " Reason\r\nContent-Type: text/plain\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    /** Request lines of each connection, in the order of arrival; complete once the load has ended. */
    List<List<String>> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        join(accepting);
        for (final Socket socket : sockets) {
            socket.close();
        }
        for (final Thread thread : serving) {
            thread.interrupt();
            join(thread);
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listening.accept();
                final List<String> lines = Collections.synchronizedList(new ArrayList<>());
                requests.add(lines);
                sockets.add(socket);
                final Thread thread = new Thread(() -> serve(socket, lines), "fixture-" + serving.size());
                serving.add(thread);
                thread.start();
            }
        } catch (final IOException e) {
            assert listening.isClosed();
        }
    }

    private void serve(final Socket socket, final List<String> lines) {
        try (socket) {
            socket.setTcpNoDelay(true);
            final InputStream in = new BufferedInputStream(socket.getInputStream());
            final ByteArrayOutputStream answers = new ByteArrayOutputStream();
            String requestLine = readRequest(in);
            while (requestLine != null) {
                lines.add(requestLine);
                final String answer = script.answer(requestLine);
                if (answer == null) {
                    write(socket.getOutputStream(), answers);
                    return;
                }
                answers.writeBytes(answer.getBytes(US_ASCII));
                if (in.available() == 0) {
                    write(socket.getOutputStream(), answers);
                }
                requestLine = readRequest(in);
            }
        } catch (final IOException | InterruptedException e) {
            // The client or the test closed the socket.
            assert lines != null;
        }
    }

    private void write(final OutputStream out, final ByteArrayOutputStream answers) throws IOException {
        final byte[] bytes = answers.toByteArray();
        for (int at = 0; at < bytes.length; at += Math.min(writeSize, bytes.length - at)) {
            out.write(bytes, at, Math.min(writeSize, bytes.length - at));
        }
        answers.reset();
    }

    /** The head up to the empty line; requests of the load have no body. */
    private static String readRequest(final InputStream in) throws IOException {
        final StringBuilder head = new StringBuilder(128);
        int b = in.read();
        while (b >= 0) {
            head.append((char) b);
            final int length = head.length();
            if (b == '\n' && length >= 4 && head.charAt(length - 3) == '\n') {
                return head.substring(0, head.indexOf("\r\n"));
            }
            b = in.read();
        }
        return null;
    }
}
