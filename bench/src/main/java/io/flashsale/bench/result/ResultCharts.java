package io.flashsale.bench.result;

import io.flashsale.bench.chart.BarChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Charts of one result: of JMH's, a chart for each class; of the others, one for each value, with a group of bars for what
 * was asked and a bar for each contender. A bar is the median of the rounds.
 */
final class ResultCharts {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 420;

    /** Names of values that are worth a chart end in such a unit; the others are there to be looked up. */
    private static final Pattern DRAWN =
            Pattern.compile(".*(commands|requests|rows)_per_second|.*_(per_request|ms|s|mib)");

    private ResultCharts() {}

    /** SVG by file name, which lacks its ending. */
    static Map<String, String> of(final Object result) {
        return result instanceof final List<?> jmh ? ofJmh(jmh) : ofRounds((Map<?, ?>) result);
    }

    private static Map<String, String> ofJmh(final List<?> benchmarks) {
        final Map<String, Bars> byClass = new LinkedHashMap<>();
        for (final Object element : benchmarks) {
            final Map<?, ?> benchmark = (Map<?, ?>) element;
            final String[] parts = benchmark.get("benchmark").toString().split("\\.", -1);
            final Map<?, ?> metric = (Map<?, ?>) benchmark.get("primaryMetric");
            final String group = benchmark.get("params") instanceof final Map<?, ?> params
                    ? params.toString().replaceAll("[{}]", "")
                    : "";
            byClass.computeIfAbsent(
                            parts[parts.length - 2],
                            name -> new Bars(name, metric.get("scoreUnit").toString()))
                    .add(group, parts[parts.length - 1], (Double) metric.get("score"));
        }
        final Map<String, String> charts = new TreeMap<>();
        byClass.forEach((name, bars) -> charts.put("jmh-" + name, bars.draw()));
        return charts;
    }

    private static Map<String, String> ofRounds(final Map<?, ?> result) {
        final String benchmark = result.get("benchmark").toString();
        final Map<String, Bars> byValue = new LinkedHashMap<>();
        for (final Object element : (List<?>) result.get("rounds")) {
            final Map<?, ?> round = (Map<?, ?>) element;
            round.forEach((name, value) -> {
                if (value instanceof final Double number
                        && DRAWN.matcher(name.toString()).matches()) {
                    byValue.computeIfAbsent(name.toString(), n -> new Bars(benchmark, n.replace('_', ' ')))
                            .add(
                                    round.get("group").toString(),
                                    round.get("series").toString(),
                                    number);
                }
            });
        }
        final Map<String, String> charts = new TreeMap<>();
        byValue.forEach((name, bars) ->
                charts.put(benchmark + "-" + name.toLowerCase(Locale.ROOT).replace('_', '-'), bars.draw()));
        return charts;
    }

    /** Values by contender and group, both in the order in which they come. */
    private static final class Bars {
        private final String title;
        private final String unit;
        private final List<String> groups = new ArrayList<>();
        private final Map<String, Map<String, List<Double>>> series = new LinkedHashMap<>();

        Bars(final String title, final String unit) {
            this.title = title;
            this.unit = unit;
        }

        void add(final String group, final String name, final double value) {
            if (!groups.contains(group)) {
                groups.add(group);
            }
            series.computeIfAbsent(name, n -> new LinkedHashMap<>())
                    .computeIfAbsent(group, g -> new ArrayList<>())
                    .add(value);
        }

        String draw() {
            // An axis needs a name even where all were asked the same.
            final List<String> names =
                    groups.stream().map(g -> g.isEmpty() ? title : g).toList();
            final BarChart chart = new BarChart(title, unit, names, WIDTH, HEIGHT);
            series.forEach((name, values) -> chart.add(
                    name,
                    groups.stream()
                            .map(group -> values.containsKey(group)
                                    ? Spread.of(values.get(group)).median()
                                    : 0.0)
                            .toList()));
            return chart.toSvg();
        }
    }
}
