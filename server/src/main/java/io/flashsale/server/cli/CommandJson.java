package io.flashsale.server.cli;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.CommandType;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleRules;
import java.time.Instant;
import java.util.UUID;
import org.agrona.MutableDirectBuffer;

/** One journaled command and its outcome as a flat JSON object in one line. No text in it needs escaping. */
final class CommandJson implements CommandFormat {
    private final CommandFlyweight command = new CommandFlyweight();
    private final StringBuilder line = new StringBuilder(320);

    @Override
    public CharSequence format(final MutableDirectBuffer buffer, final int offset, final Decision decision) {
        command.wrap(buffer, offset);
        final CommandType type = command.type();
        line.setLength(0);
        line.append("{\"sequence\":").append(decision.sequence());
        time("time", decision.timestampMillis());
        text("command", type == null ? "UNKNOWN" : type.name());
        if (type != null) {
            arguments(type);
        }
        text("outcome", decision.outcome().name());
        outcome(type, decision);
        if (decision.saleOpened()) {
            line.append(",\"sale_opened\":true");
        }
        return line.append('}');
    }

    private void arguments(final CommandType type) {
        switch (type) {
            case CHECKOUT -> {
                number("user_id", command.user());
                number("item_id", command.item());
            }
            case PURCHASE, RELEASE -> text("code", new UUID(command.codeHigh(), command.codeLow()));
            case CONFIGURE -> {
                final SaleRules rules = command.rules();
                number("items", rules.items());
                number("user_limit", rules.userLimit());
                number("hold_millis", rules.holdMillis());
                number("sale_millis", rules.saleMillis());
                number("rules_version", rules.rulesVersion());
            }
            case CHECKPOINT -> {
                number("previous_sequence", command.previousSequence());
                text("previous_hash", Long.toHexString(command.previousHash()));
            }
            case TICK -> {
                // Nothing but time.
            }
        }
    }

    private void outcome(final CommandType type, final Decision decision) {
        switch (decision.outcome()) {
            case RESERVED, REPEATED -> {
                number("sale_id", decision.saleId());
                text("code", new UUID(decision.codeHigh(), decision.codeLow()));
                time("expires_at", decision.expiresAtMillis());
                number("checkout_sequence", decision.checkoutSequence());
            }
            case PURCHASED, PURCHASED_AGAIN, RELEASED -> {
                number("sale_id", decision.saleId());
                number("user_id", decision.user());
                number("item_id", decision.item());
                number("checkout_sequence", decision.checkoutSequence());
            }
            default -> {
                if (type == CommandType.CHECKOUT) {
                    number("sale_id", decision.saleId());
                }
            }
        }
    }

    private void number(final String name, final long value) {
        line.append(",\"").append(name).append("\":").append(value);
    }

    private void text(final String name, final Object value) {
        line.append(",\"").append(name).append("\":\"").append(value).append('"');
    }

    private void time(final String name, final long millis) {
        text(name, Instant.ofEpochMilli(millis));
    }
}
