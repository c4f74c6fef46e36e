package io.flashsale.bench.load;

import io.flashsale.bench.chart.BarChart;
import io.flashsale.bench.chart.LineChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** A load's report as one page: figures, charts of its course, and the text. Refers to nothing outside itself. */
final class HtmlReport {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 280;
    private static final double NANOS_PER_MILLI = 1e6;
    /** A logarithmic axis has no zero. */
    private static final double LEAST_MILLIS = 0.01;

    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;color:#22272b;background:#f5f6f8;margin:0}
            main{max-width:1040px;margin:0 auto;padding:24px}
            h1{font-size:22px;margin:0 0 4px} h2{font-size:16px;margin:28px 0 8px} p{margin:0 0 12px;color:#5a6269}
            .verdict{padding:10px 16px;border-radius:8px;font-weight:600;margin:16px 0}
            .ok{background:#dff3e8;color:#0b5d3b} .bad{background:#fbe3dc;color:#8f2d00}
            .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px}
            .tile,.card{background:#fff;border:1px solid #e3e6ea;border-radius:8px;padding:12px 16px}
            .tile b{display:block;font-size:22px} .tile span{color:#5a6269;font-size:13px}
            .card{margin-bottom:12px;overflow-x:auto} svg{max-width:100%;height:auto;display:block}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            th,td{text-align:right;padding:4px 8px;border-bottom:1px solid #eef0f2} th{font-weight:600;color:#5a6269}
            td:first-child,th:first-child{text-align:left} pre{overflow-x:auto;font-size:12px;margin:0}
            """;

    private final LoadVerdict verdict;
    private final LoadReport report;
    private final List<LoadTimeline.Moment> moments;

    HtmlReport(final LoadVerdict verdict, final LoadTimeline timeline) {
        this.verdict = verdict;
        report = verdict.report();
        moments = timeline.moments().stream()
                .filter(moment -> moment.length() > 0)
                .toList();
    }

    String toHtml() {
        final StringBuilder page = new StringBuilder(64 * 1024);
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Load on ")
                .append(escaped(target()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body><main>\n<h1>Load on ")
                .append(escaped(target()))
                .append("</h1>\n<p>")
                .append(escaped(report.mode()))
                .append("</p>\n");
        verdict(page);
        tiles(page);
        if (!moments.isEmpty()) {
            card(page, "Answers over time", rates());
            card(page, "Latency over time", latencies());
        }
        if (!report.outcomes().isEmpty()) {
            card(page, "What the answers said", outcomes());
        }
        latencyTable(page);
        page.append("<h2>The whole report</h2>\n<div class=\"card\"><pre>")
                .append(escaped(verdict.toText()))
                .append("</pre></div>\n</main></body></html>\n");
        return page.toString();
    }

    private void verdict(final StringBuilder page) {
        page.append("<div class=\"verdict ")
                .append(verdict.exitCode() == LoadVerdict.OK ? "ok" : "bad")
                .append("\">")
                .append(escaped(verdict.sentence()))
                .append("</div>\n");
        report.clientBottleneck()
                .ifPresent(sentence -> page.append("<div class=\"verdict bad\">")
                        .append(escaped(sentence))
                        .append("</div>\n"));
    }

    private void tiles(final StringBuilder page) {
        page.append("<div class=\"tiles\">\n");
        tile(page, String.format(Locale.ROOT, "%,.0f", report.answersPerSecond()), "answers per second");
        tile(page, String.format(Locale.ROOT, "%,d", report.answers()), "answers");
        tile(page, String.format(Locale.ROOT, "%,d", accepted()), "accepted (200)");
        tile(page, String.format(Locale.ROOT, "%,d", report.statuses().getOrDefault(409, 0L)), "refused (409)");
        tile(page, String.format(Locale.ROOT, "%,d", report.statuses().getOrDefault(503, 0L)), "unavailable (503)");
        tile(page, String.format(Locale.ROOT, "%.1f s", report.elapsedNanos() / 1e9), "duration");
        page.append("</div>\n");
    }

    private long accepted() {
        return report.statuses().getOrDefault(200, 0L);
    }

    private String rates() {
        final LineChart chart = new LineChart("", "seconds", "answers per second", WIDTH, HEIGHT);
        addRate(chart, "accepted", outcome -> outcome.isDecided() && isAccepted(outcome));
        addRate(chart, "refused", outcome -> outcome.isDecided() && !isAccepted(outcome));
        addRate(chart, "reads", outcome -> outcome == AnswerOutcome.READ);
        addRate(chart, "others", outcome -> !outcome.isDecided() && outcome != AnswerOutcome.READ);
        return chart.toSvg();
    }

    private static boolean isAccepted(final AnswerOutcome outcome) {
        return outcome == AnswerOutcome.RESERVED
                || outcome == AnswerOutcome.PURCHASED
                || outcome == AnswerOutcome.RELEASED;
    }

    private void addRate(final LineChart chart, final String name, final Predicate<AnswerOutcome> wanted) {
        final double[] rate = values(moment -> moment.outcomes().entrySet().stream()
                        .filter(entry -> wanted.test(entry.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum()
                / moment.length());
        for (final double value : rate) {
            if (value > 0) {
                chart.add(name, seconds(), rate);
                return;
            }
        }
    }

    private String latencies() {
        return new LineChart("", "seconds", "milliseconds", WIDTH, HEIGHT)
                .add("p50", seconds(), values(moment -> Math.max(LEAST_MILLIS, moment.p50())))
                .add("p99", seconds(), values(moment -> Math.max(LEAST_MILLIS, moment.p99())))
                .add("max", seconds(), values(moment -> Math.max(LEAST_MILLIS, moment.max())))
                .logarithmic()
                .toSvg();
    }

    private String outcomes() {
        final List<String> names = new ArrayList<>();
        final List<Double> counts = new ArrayList<>();
        report.outcomes().forEach((outcome, count) -> {
            names.add(outcome.label().replace('_', ' '));
            counts.add((double) count);
        });
        return new BarChart("", "answers", names, WIDTH, HEIGHT)
                .add("answers", counts)
                .toSvg();
    }

    private double[] seconds() {
        return values(LoadTimeline.Moment::seconds);
    }

    private double[] values(final ToDoubleFunction<LoadTimeline.Moment> value) {
        return moments.stream().mapToDouble(value).toArray();
    }

    private void latencyTable(final StringBuilder page) {
        page.append("<h2>Latency, milliseconds</h2>\n<div class=\"card\"><table><tr><th></th><th>answers</th>")
                .append("<th>mean</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th></tr>\n");
        report.latencies().forEach((answerClass, latency) -> {
            if (latency.count() > 0) {
                page.append(String.format(
                        Locale.ROOT,
                        "<tr><td>%s</td><td>%,d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
                                + "<td>%s</td></tr>%n",
                        answerClass.label().replace('_', ' '),
                        latency.count(),
                        millis(latency.mean()),
                        millis(latency.p50()),
                        millis(latency.p90()),
                        millis(latency.p99()),
                        millis(latency.p999()),
                        millis(latency.max())));
            }
        });
        page.append("</table></div>\n");
    }

    private static String millis(final long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / NANOS_PER_MILLI);
    }

    private static void tile(final StringBuilder page, final String value, final String name) {
        page.append("<div class=\"tile\"><b>")
                .append(value)
                .append("</b><span>")
                .append(name)
                .append("</span></div>\n");
    }

    private static void card(final StringBuilder page, final String title, final String svg) {
        page.append("<h2>")
                .append(title)
                .append("</h2>\n<div class=\"card\">")
                .append(svg)
                .append("</div>\n");
    }

    private String target() {
        return report.config().target().getHostString() + ":"
                + report.config().target().getPort();
    }

    private static String escaped(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
