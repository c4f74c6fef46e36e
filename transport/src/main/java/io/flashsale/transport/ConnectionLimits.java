package io.flashsale.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections one port may have: in all, and from one address. Shared by all event loops; asked once when a
 * connection begins and once when it ends.
 *
 * <p>An IPv6 address counts with the others of its /64, which are one customer's. Whoever can use many addresses is not
 * stopped by this; it keeps one client from taking all connections.
 */
final class ConnectionLimits {
    private final int most;
    private final int mostPerAddress;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> openByAddress = new ConcurrentHashMap<>();

    /** At most so many, and so many per address; 0 for any number per address. */
    ConnectionLimits(final int most, final int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /** Connections that there can be. */
    int most() {
        return most;
    }

    /** Takes a connection in, and returns null; or else returns what counts its refusal. */
    Counter enter(final SocketAddress address) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return Counter.CONNECTIONS_REFUSED;
        }
        if (mostPerAddress > 0 && openByAddress.merge(key(address), 1, Integer::sum) > mostPerAddress) {
            leave(address);
            return Counter.CONNECTIONS_REFUSED_BY_ADDRESS;
        }
        return null;
    }

    /** A connection that was taken in has ended. */
    void leave(final SocketAddress address) {
        open.decrementAndGet();
        if (mostPerAddress > 0) {
            openByAddress.computeIfPresent(key(address), (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Addresses that have connections now; known only while they are limited. */
    int addresses() {
        return openByAddress.size();
    }

    /** The network part of an IPv6 address; an IPv4 address as a number, which is part of no network that is in use. */
    static long key(final SocketAddress address) {
        final InetAddress host = address instanceof final InetSocketAddress inet ? inet.getAddress() : null;
        if (host == null) {
            return 0;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(host.getAddress());
        return host instanceof Inet6Address ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
    }
}
