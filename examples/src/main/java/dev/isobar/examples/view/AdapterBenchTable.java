package dev.isobar.examples.view;

import dev.isobar.examples.adapter.AdapterBenchReport;
import dev.isobar.examples.adapter.AdapterBenchReport.Row;
import dev.isobar.examples.view.TextTable.Cell;
import dev.isobar.examples.view.TextTable.Column;
import dev.isobar.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/// What `isobar adapter bench` shows: a column for each policy.
///
/// *Immutable.*
///
/// @param style how it looks
public record AdapterBenchTable(Style style) {

    private static final double NANOS_PER_MILLI = 1e6;

    /// The lines for a terminal.
    public List<String> lines(AdapterBenchReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%d adapters, room for %d, %,d activations, Zipf %s"
                        .formatted(
                                report.adapters(),
                                report.slots(),
                                report.activations(),
                                report.skew()));
        lines.add("");
        lines.addAll(table(report).lines(style));
        return lines;
    }

    private static TextTable table(AdapterBenchReport report) {
        List<Row> rows = report.rows();
        TextTable table =
                new TextTable(
                        Stream.concat(
                                        Stream.of(Column.left("")),
                                        rows.stream()
                                                .map(Row::policy)
                                                .map(each -> Column.right(each)))
                                .toArray(Column[]::new));
        double all = report.activations();
        Row first = rows.getFirst();
        add(table, rows, "hits", row -> percent(row.hits() / all));
        add(table, rows, "loaded", row -> Bytes.approximate(row.loadedBytes()));
        add(table, rows, "reloaded", row -> Bytes.approximate(row.reloadedBytes()));
        add(
                table,
                rows,
                "of " + first.policy(),
                row -> percent((double) row.reloadedBytes() / Math.max(1, first.reloadedBytes())));
        add(table, rows, "still in place", row -> Bytes.approximate(row.keptBytes()));
        add(table, rows, "evictions", row -> "%,d".formatted(row.evictions()));
        add(table, rows, "thrash", row -> percent(row.thrash() / all));
        add(table, rows, "refused", row -> "%,d".formatted(row.refused()));
        add(table, rows, "load, median", row -> millis(row.medianLoadNanos()));
        add(table, rows, "load, 99 %", row -> millis(row.p99LoadNanos()));
        return table;
    }

    private static void add(
            TextTable table, List<Row> rows, String title, Function<Row, String> value) {
        table.row(
                Stream.concat(
                                Stream.of(Cell.of(title)),
                                rows.stream().map(value).map(each -> Cell.of(each)))
                        .toArray(Cell[]::new));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
    }
}
