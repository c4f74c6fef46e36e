package io.flashsale.bench.result;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * Where the values of several rounds lie.
 *
 * @param median half are less.
 * @param least  of all.
 * @param most   of all.
 */
public record Spread(double median, double least, double most) {
    /**
     * Of some values.
     *
     * @param values at least one.
     * @return their spread.
     */
    public static Spread of(final double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        final double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * Of some values.
     *
     * @param values at least one.
     * @return their spread.
     */
    public static Spread of(final Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /**
     * For people.
     *
     * @param decimals digits after the point.
     * @return median, least and most.
     */
    public String text(final int decimals) {
        final String number = "%,." + decimals + "f";
        return number(number, median) + " (" + number(number, least) + " to " + number(number, most) + ")";
    }

    @SuppressWarnings("AnnotateFormatMethod") // The format is made above.
    private static String number(final String format, final double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
