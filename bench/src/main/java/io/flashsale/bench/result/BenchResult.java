package io.flashsale.bench.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The rounds of one run, as they were measured, with the machine and the settings. */
public final class BenchResult {
    private String benchmark;
    private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Map<String, Object> machine;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final List<Map<String, Object>> rounds = new ArrayList<>();

    /**
     * A run that begins now.
     *
     * @param benchmark name of it.
     * @param directory where data is written.
     */
    public BenchResult(final String benchmark, final Path directory) {
        this.benchmark = benchmark;
        machine = Machine.facts(directory);
    }

    /**
     * Notes what the run was asked for.
     *
     * @param name  of a setting.
     * @param value of it.
     * @return this.
     */
    public BenchResult setting(final String name, final Object value) {
        settings.put(name, value);
        return this;
    }

    /**
     * Tells the run from others of the same benchmark.
     *
     * @param label added to the benchmark's name; what is neither letter nor digit becomes a dash.
     * @return this.
     */
    public BenchResult label(final String label) {
        benchmark = benchmark + "-" + label.replaceAll("[^A-Za-z0-9]+", "-");
        return this;
    }

    /**
     * Adds what one contender did in one round.
     *
     * @param group  what both were asked to do.
     * @param series who did it.
     * @param round  1 or more.
     * @param values by name, which ends in the unit.
     */
    public void add(final String group, final String series, final int round, final Map<String, Object> values) {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("group", group);
        row.put("series", series);
        row.put("round", round);
        row.putAll(values);
        rounds.add(row);
    }

    /**
     * Values of all rounds.
     *
     * @param group  of them.
     * @param series of them.
     * @param name   of the value.
     * @return their spread.
     */
    public Spread spread(final String group, final String series, final String name) {
        return Spread.of(values(group, series, name));
    }

    /**
     * Values of one contender by those of another, round by round.
     *
     * @param group  of both.
     * @param series of the first.
     * @param other  the second.
     * @param name   of the value.
     * @return the ratios' spread.
     */
    public Spread ratio(final String group, final String series, final String other, final String name) {
        final List<Double> first = values(group, series, name);
        final List<Double> second = values(group, other, name);
        final double[] ratios = new double[Math.min(first.size(), second.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = first.get(i) / second.get(i);
        }
        return Spread.of(ratios);
    }

    private List<Double> values(final String group, final String series, final String name) {
        return rounds.stream()
                .filter(row -> row.get("group").equals(group)
                        && row.get("series").equals(series)
                        && row.get(name) instanceof Number)
                .map(row -> ((Number) row.get(name)).doubleValue())
                .toList();
    }

    /** The machine in one line. */
    public String machineLine() {
        return machine.entrySet().stream()
                .map(fact -> fact.getKey() + " " + fact.getValue())
                .collect(Collectors.joining("; "));
    }

    /** All of it. */
    public String toJson() {
        final Map<String, Object> all = new LinkedHashMap<>();
        all.put("benchmark", benchmark);
        all.put("date", begun.toString());
        all.put("machine", machine);
        all.put("settings", settings);
        all.put("rounds", rounds);
        return Json.write(all);
    }

    /**
     * Writes it into a directory under a name of its own.
     *
     * @param directory made if it does not exist.
     * @return the file.
     * @throws IOException if it cannot be written.
     */
    public Path writeInto(final Path directory) throws IOException {
        Files.createDirectories(directory);
        final String moment = begun.toString().replaceAll("[-:]", "");
        return Files.writeString(directory.resolve(benchmark + "-" + moment + ".json"), toJson());
    }
}
