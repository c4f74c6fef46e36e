package io.flashsale.server.lifecycle;

import io.flashsale.engine.SaleRules;
import io.flashsale.journal.JournalWriter;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.pipeline.OpenSale;
import io.flashsale.server.recovery.EngineRecovery;
import io.flashsale.transport.HttpServer;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The block that tells the operator, once the service answers, what it is and where it stands. */
final class StartReport {
    private StartReport() {}

    static String of(
            final ServerConfig config,
            final DataDirectory data,
            final SaleBoard board,
            final OpenSale open,
            final EngineRecovery recovery,
            final SaleParts parts,
            final HotCpu hotCpu,
            final StartTimes times) {
        final SaleRules rules = open.rules();
        final JournalWriter journal = parts.journal;
        final HttpServer http = parts.http;
        final SaleStatus sale = new SaleStatus();
        board.read(sale);
        final StringBuilder block = new StringBuilder(1_024);
        block.append("Flash Sale Engine\n");
        line(
                block,
                "address",
                "http://%s:%d, admin http://%s:%d",
                reachable(config.host()),
                http.port(),
                reachable(config.host()),
                http.adminPort());
        line(block, "sale", "%d, open until %s", sale.saleId(), Instant.ofEpochMilli(sale.closesAtMillis()));
        line(
                block,
                "items",
                "%,d of %,d left (%,d held, %,d sold); %,d per user; a code holds for %s s",
                sale.available(),
                sale.items(),
                sale.held(),
                sale.sold(),
                rules.userLimit(),
                seconds(rules.holdMillis()));
        if (open.changes()) {
            line(block, "next sale", "from %s: %s", Instant.ofEpochMilli(sale.closesAtMillis()), changes(open));
        }
        line(
                block,
                "journal",
                "%s, sequence %,d, segment %d%s",
                data.journal(),
                journal.appendedSequence(),
                journal.segment(),
                recovery.journal().journalId() == 0 ? ", new" : "");
        line(block, "recovery", "%s", recovery.describe());
        line(block, "durability", "%s", durability(config));
        line(block, "database", "%s", database(config, data));
        line(
                block,
                "threads",
                "%d event loop(s), pipeline %s, waiting %s, %s",
                config.eventLoops(),
                lower(config.pipeline().layout()),
                lower(config.pipeline().waiting()),
                hotCpu);
        line(block, "started in", "%s", times);
        return block.toString();
    }

    private static void line(final StringBuilder block, final String name, final String format, final Object... args) {
        block.append(String.format(Locale.ROOT, "  %-11s ", name))
                .append(String.format(Locale.ROOT, format, args))
                .append('\n');
    }

    /** What the next sale does otherwise, with what this one does. */
    private static String changes(final OpenSale open) {
        final SaleRules now = open.rules();
        final SaleRules next = open.next();
        final List<String> changes = new ArrayList<>();
        if (next.items() != now.items()) {
            changes.add(String.format(Locale.ROOT, "%,d items (now %,d)", next.items(), now.items()));
        }
        if (next.userLimit() != now.userLimit()) {
            changes.add(String.format(Locale.ROOT, "%,d per user (now %,d)", next.userLimit(), now.userLimit()));
        }
        if (next.holdMillis() != now.holdMillis()) {
            changes.add(
                    "a code holds for " + seconds(next.holdMillis()) + " s (now " + seconds(now.holdMillis()) + " s)");
        }
        if (next.saleMillis() != now.saleMillis()) {
            changes.add("lasts " + seconds(next.saleMillis()) + " s (now " + seconds(now.saleMillis()) + " s)");
        }
        if (next.rulesVersion() != now.rulesVersion()) {
            changes.add("rules " + next.rulesVersion() + " (now " + now.rulesVersion() + ")");
        }
        return String.join("; ", changes);
    }

    private static String reachable(final String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
    }

    private static String seconds(final int millis) {
        return millis % 1_000 == 0 ? String.valueOf(millis / 1_000) : String.valueOf(millis / 1_000.0);
    }

    private static String durability(final ServerConfig config) {
        return switch (config.syncPolicy()) {
            case ALWAYS -> "always: an answer is on stable storage before it is sent";
            case INTERVAL -> "interval: answers survive a crash of the process; power loss may take the last 10 ms";
            case NEVER -> "never: answers survive a crash of the process, but not power loss";
        };
    }

    private static String database(final ServerConfig config, final DataDirectory data) {
        if (config.projector() == ServerConfig.ProjectorMode.OUTSIDE) {
            return "written by flash-sale project, a process of its own (APP_PROJECTOR=outside)";
        }
        return switch (config.database()) {
            case EMBEDDED ->
                config.projector() == ServerConfig.ProjectorMode.NONE
                        ? "embedded, not started (APP_PROJECTOR=none)"
                        : "embedded PostgreSQL in " + data.postgres() + ", starting in the background";
            case EXTERNAL ->
                config.external().host() + ":" + config.external().port() + "/"
                        + config.external().name();
            case NONE -> "none (DB_HOST=none): the journal has everything";
        };
    }

    private static String lower(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
