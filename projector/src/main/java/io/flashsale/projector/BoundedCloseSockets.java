package io.flashsale.projector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets whose close does not wait for long. Over TLS, a close first says so to the other side, and waits with that for
 * whoever is writing: with a server that hangs in the middle of a COPY, for ever, unless the socket lingers for a set time.
 * A connection is closed like this only when nothing that was written matters any more; an orderly end is answered by
 * PostgreSQL before.
 *
 * <p>Made by the driver, by its name.
 */
public final class BoundedCloseSockets extends SocketFactory {
    private static final int LINGER_SECONDS = 1;

    /** For the driver. */
    public BoundedCloseSockets() {}

    @Override
    public Socket createSocket() throws IOException {
        return bounded(new Socket());
    }

    @Override
    public Socket createSocket(final String host, final int port) throws IOException {
        return bounded(new Socket(host, port));
    }

    @Override
    public Socket createSocket(final String host, final int port, final InetAddress local, final int localPort)
            throws IOException {
        return bounded(new Socket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(final InetAddress host, final int port) throws IOException {
        return bounded(new Socket(host, port));
    }

    @Override
    public Socket createSocket(final InetAddress host, final int port, final InetAddress local, final int localPort)
            throws IOException {
        return bounded(new Socket(host, port, local, localPort));
    }

    private static Socket bounded(final Socket socket) throws IOException {
        socket.setSoLinger(true, LINGER_SECONDS);
        return socket;
    }
}
