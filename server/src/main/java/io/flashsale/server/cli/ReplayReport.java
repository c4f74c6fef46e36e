package io.flashsale.server.cli;

import io.flashsale.engine.Decision;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.Recovered;
import io.flashsale.projector.ReplayStart;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a replay counted. */
final class ReplayReport {
    private final long[] counts = new long[Byte.MAX_VALUE];
    private final long begin = System.nanoTime();
    private long sales;

    void count(final Decision decision) {
        counts[decision.outcome().code()]++;
        if (decision.saleOpened()) {
            sales++;
        }
    }

    /** The figures, in the order in which they are shown. */
    Map<String, Object> figures(final SaleEngine engine, final Recovered recovered, final ReplayStart start) {
        final double seconds = (System.nanoTime() - begin) / 1e9;
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("journal_id", Long.toHexString(recovered.journalId()));
        if (start.snapshot() != null) {
            figures.put("snapshot", start.snapshot());
        }
        figures.put("from_sequence", start.fromSequence());
        figures.put("commands", recovered.commands());
        figures.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
        figures.put("commands_per_second", Math.round(recovered.commands() / Math.max(seconds, 1e-9)));
        figures.put("records", recovered.records());
        figures.put("journal_end", end(recovered));
        figures.put("state_hash", String.format(Locale.ROOT, "%016x", engine.stateHash()));
        figures.put("sales", sales);
        figures.put("sale_id", engine.saleId());
        figures.put("available", engine.available());
        figures.put("held", engine.held());
        figures.put("sold", engine.sold());
        for (final Outcome outcome : Outcome.values()) {
            if (counts[outcome.code()] > 0) {
                figures.put("outcome_" + outcome.name().toLowerCase(Locale.ROOT), counts[outcome.code()]);
            }
        }
        return figures;
    }

    private static String end(final Recovered recovered) {
        if (recovered.cutReport() != null) {
            return recovered.cutReport();
        }
        return recovered.cleanEnd() ? "clean" : "open: written right now, or stopped without a clean end";
    }

    static String toText(final Map<String, Object> figures) {
        final StringBuilder text = new StringBuilder();
        figures.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-28s %s%n", name, value)));
        return text.toString();
    }

    static String toJson(final Map<String, Object> figures) {
        final StringBuilder json = new StringBuilder("{");
        figures.forEach((name, value) -> {
            json.append(json.length() == 1 ? "" : ",").append('"').append(name).append("\":");
            if (value instanceof Number) {
                json.append(value);
            } else {
                json.append('"')
                        .append(value.toString()
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n"))
                        .append('"');
            }
        });
        return json.append('}').toString();
    }
}
