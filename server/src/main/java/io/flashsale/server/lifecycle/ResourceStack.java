package io.flashsale.server.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, to be stopped in reverse. One failing stop does not keep the others from stopping. */
final class ResourceStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceStack.class);

    private record Resource(String name, AutoCloseable closeable) {}

    private final Deque<Resource> resources = new ArrayDeque<>();

    /**
     * Remembers something to stop.
     *
     * @param name      for the log.
     * @param closeable how to stop it.
     */
    void push(final String name, final AutoCloseable closeable) {
        resources.push(new Resource(name, closeable));
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            final Resource resource = resources.pop();
            try {
                resource.closeable.close();
            } catch (final Exception e) {
                LOG.error("stopping {} failed", resource.name, e);
            }
        }
    }
}
