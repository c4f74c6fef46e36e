package io.flashsale.bench.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A port for a process that is about to be started. */
class LaunchTest {
    @Test
    void shouldGiveAPortThatIsFreeAndIsNotGivenToConnections() throws Exception {
        for (int i = 0; i < 50; i++) {
            final int port = Launch.freePort();
            try (ServerSocket listening = new ServerSocket(port);
                    Socket connection = new Socket()) {
                connection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
                assertTrue(port < connection.getLocalPort(), port + " may be a connection's");
            }
        }
    }

    @Test
    void shouldNotGiveAPortTwice() throws Exception {
        final Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            assertTrue(given.add(Launch.freePort()), () -> "twice among " + given);
        }
    }
}
