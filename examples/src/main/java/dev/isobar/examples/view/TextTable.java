package dev.isobar.examples.view;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Lines up cells in columns. Colours are put on after the padding, so that they do not count.
///
/// *One thread only.*
final class TextTable {

    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /// @param title stands above the column
    /// @param right whether its cells are pushed to the right
    record Column(String title, boolean right) {
        static Column left(String title) {
            return new Column(title, false);
        }

        static Column right(String title) {
            return new Column(title, true);
        }
    }

    /// @param text what is shown
    /// @param paint puts a colour on it
    record Cell(String text, UnaryOperator<String> paint) {
        static Cell of(String text) {
            return new Cell(text, UnaryOperator.identity());
        }
    }

    TextTable(Column... columns) {
        this.columns = List.of(columns);
    }

    /// Adds a row with one cell for each column.
    void row(Cell... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "a row has %d cells, not %d".formatted(columns.size(), cells.length));
        }
        rows.add(List.of(cells));
    }

    /// The titles, and below them the rows.
    List<String> lines(Style style) {
        int[] widths = widths();
        var lines = new ArrayList<String>();
        lines.add(
                line(
                        columns.stream().map(c -> new Cell(c.title(), style::heading)).toList(),
                        widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<Cell> cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).text().length());
            boolean last = i == widths.length - 1;
            String text = cells.get(i).paint().apply(cells.get(i).text());
            line.append(i == 0 ? "" : GAP);
            line.append(columns.get(i).right() ? padding + text : text + (last ? "" : padding));
        }
        return line.toString().stripTrailing();
    }

    private int[] widths() {
        var widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).title().length();
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).text().length());
            }
        }
        return widths;
    }
}
