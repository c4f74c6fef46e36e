package io.flashsale.projector;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Stands before a real server and passes on its answers late. For one connection. */
final class SlowServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final long delayMillis;

    SlowServer(final int serverPort, final long delayMillis) throws IOException {
        this.serverPort = serverPort;
        this.delayMillis = delayMillis;
        onThread(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void serve() throws IOException {
        try (Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            onThread(() -> pass(client, server, 0));
            pass(server, client, delayMillis);
        }
    }

    private static void pass(final Socket from, final Socket to, final long delayMillis) throws IOException {
        final InputStream in = from.getInputStream();
        final OutputStream out = to.getOutputStream();
        final byte[] bytes = new byte[8_192];
        for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
            try {
                TimeUnit.MILLISECONDS.sleep(delayMillis);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            out.write(bytes, 0, length);
        }
        to.shutdownOutput();
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void onThread(final Task task) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (final IOException e) {
                        // One side has closed the connection.
                    }
                },
                "slow-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
