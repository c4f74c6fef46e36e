package io.flashsale.server.cli;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.CommandType;
import io.flashsale.engine.Decision;
import java.time.Instant;
import java.util.UUID;
import org.agrona.MutableDirectBuffer;

/** One journaled command and its outcome as a line for people. */
final class CommandText implements CommandFormat {
    private final CommandFlyweight command = new CommandFlyweight();
    private final StringBuilder line = new StringBuilder(160);

    /**
     * Formats a command.
     *
     * @return {@code sequence time command -> outcome}.
     */
    @Override
    public CharSequence format(final MutableDirectBuffer buffer, final int offset, final Decision decision) {
        command.wrap(buffer, offset);
        final CommandType type = command.type();
        line.setLength(0);
        line.append(decision.sequence()).append(' ').append(Instant.ofEpochMilli(decision.timestampMillis()));
        line.append(' ').append(type == null ? "UNKNOWN" : type.name());
        if (type != null) {
            arguments(type);
        }
        line.append(" -> ").append(decision.outcome());
        switch (decision.outcome()) {
            case RESERVED, REPEATED ->
                line.append(" code=")
                        .append(new UUID(decision.codeHigh(), decision.codeLow()))
                        .append(" expires=")
                        .append(Instant.ofEpochMilli(decision.expiresAtMillis()));
            case PURCHASED, PURCHASED_AGAIN, RELEASED ->
                line.append(" user=")
                        .append(decision.user())
                        .append(" item=")
                        .append(decision.item())
                        .append(" sale=")
                        .append(decision.saleId());
            default -> {
                // The outcome says it all.
            }
        }
        return line;
    }

    private void arguments(final CommandType type) {
        switch (type) {
            case CHECKOUT ->
                line.append(" user=").append(command.user()).append(" item=").append(command.item());
            case PURCHASE, RELEASE -> line.append(" code=").append(new UUID(command.codeHigh(), command.codeLow()));
            case CONFIGURE -> line.append(" (").append(command.rules()).append(')');
            case CHECKPOINT ->
                line.append(" previous=")
                        .append(command.previousSequence())
                        .append(" hash=")
                        .append(Long.toHexString(command.previousHash()));
            case TICK -> {
                // Nothing but time.
            }
        }
    }
}
