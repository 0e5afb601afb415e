package dev.isobar.benchmarks;

import java.util.List;
import java.util.Locale;

/// What several measurements of one thing say: the middle one, and two to the sides of it.
record Spread(double low, double median, double high) {

    /// From the least to the most.
    static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return new Spread(sorted.getFirst(), median(sorted), sorted.getLast());
    }

    /// The middle half.
    static Spread ofQuartiles(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int quarter = sorted.size() / 4;
        return new Spread(
                sorted.get(quarter), median(sorted), sorted.get(sorted.size() - 1 - quarter));
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// A number with three digits or more.
    static String number(double value) {
        return value >= 1000
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /// The median first: `0.57 (0.55 to 0.60)`, or only that if there is no more.
    String medianFirst() {
        return low == high
                ? number(median)
                : "%s (%s to %s)".formatted(number(median), number(low), number(high));
    }

    @Override
    public String toString() {
        return number(low) + " / " + number(median) + " / " + number(high);
    }
}
