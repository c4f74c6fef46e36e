package io.flashsale.transport;

import java.util.List;

/**
 * What the service says about itself.
 *
 * @param live  false if it should be restarted.
 * @param ready true if it can sell.
 * @param parts a line each, in the order shown.
 */
public record HealthReport(boolean live, boolean ready, List<Part> parts) {
    /** Copies the parts. */
    public HealthReport {
        parts = List.copyOf(parts);
    }

    /**
     * One part of the service. A part in trouble need not make the whole unready: the database may be away.
     *
     * @param name   one word.
     * @param ok     whether it works.
     * @param detail what a reader should know, one line; may be empty.
     */
    public record Part(String name, boolean ok, String detail) {}
}
