package io.flashsale.server.lifecycle;

import io.flashsale.server.cli.CommandFailedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds out early whether a port is taken: before the journal gets a segment for a start that cannot succeed. */
final class Ports {
    private Ports() {}

    static void check(final String host, final int port, final String setting) {
        if (port == 0) {
            return;
        }
        final InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new CommandFailedException("APP_HOST=" + host + " is no address of this machine");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (final IOException e) {
            throw new CommandFailedException(
                    "cannot listen on " + setting + "=" + port + " of " + host + " (" + e.getMessage()
                            + "): stop what uses it, or choose another",
                    e);
        }
    }
}
