package io.flashsale.server.cli;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.CommandType;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleCode;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.agrona.MutableDirectBuffer;

/**
 * Which commands {@code journal} prints: those that fit everything that was asked for. It must see every command from the
 * journal's beginning: a refused purchase names no user, only a code, and whose that is was decided earlier.
 */
final class JournalFilter {
    private final CommandFlyweight command = new CommandFlyweight();
    private final Long user;
    private final Integer item;
    private final UUID code;
    private final Set<UUID> codesOfUser = new HashSet<>();

    /**
     * A filter.
     *
     * @param user who asked, or whose code was used; null for all.
     * @param item that it was about; null for all.
     * @param code that was issued or used; null for all.
     */
    JournalFilter(final Long user, final Integer item, final UUID code) {
        this.user = user;
        this.item = item;
        this.code = code;
    }

    /**
     * Whether a command is wanted.
     *
     * @param buffer   that holds it.
     * @param offset   of its first byte.
     * @param decision what was decided.
     * @return true to print it.
     */
    boolean accepts(final MutableDirectBuffer buffer, final int offset, final Decision decision) {
        if (user == null && item == null && code == null) {
            return true;
        }
        command.wrap(buffer, offset);
        final CommandType type = command.type();
        if (type == null) {
            return false;
        }
        return switch (type) {
            case CHECKOUT -> isWantedCheckout(decision);
            case PURCHASE, RELEASE -> isWantedUse();
            case TICK, CONFIGURE, CHECKPOINT -> false;
        };
    }

    private boolean isWantedCheckout(final Decision decision) {
        final boolean hasCode = (decision.codeHigh() | decision.codeLow()) != 0;
        final UUID issued = hasCode ? new UUID(decision.codeHigh(), decision.codeLow()) : null;
        if (user != null && user == command.user() && issued != null) {
            codesOfUser.add(issued);
        }
        return (user == null || user == command.user())
                && (item == null || item == command.item())
                && (code == null || code.equals(issued));
    }

    private boolean isWantedUse() {
        final UUID used = new UUID(command.codeHigh(), command.codeLow());
        return (user == null || codesOfUser.contains(used))
                && (item == null || (isOurs() && item == SaleCode.item(command.codeHigh())))
                && (code == null || code.equals(used));
    }

    private boolean isOurs() {
        return SaleCode.isWellFormed(command.codeHigh(), command.codeLow());
    }
}
