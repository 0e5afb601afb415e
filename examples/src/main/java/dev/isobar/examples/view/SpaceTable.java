package dev.isobar.examples.view;

import dev.isobar.examples.doctor.SpaceCheck;
import dev.isobar.examples.view.TextTable.Cell;
import dev.isobar.examples.view.TextTable.Column;
import dev.isobar.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// Lays out what `isobar doctor` found: a table of what works, and a sentence for each that is
/// missing.
///
/// *Immutable.*
///
/// @param style how it looks
public record SpaceTable(Style style) {

    private static final int WIDTH = 96;
    private static final double GIGABYTE = 1e9;

    /// The lines for a terminal.
    public List<String> lines(List<SpaceCheck> checks) {
        var table =
                new TextTable(
                        Column.left("SPACE"),
                        Column.right("CAPACITY"),
                        Column.right("FREE"),
                        Column.right("COPY IN"),
                        Column.right("COPY OUT"),
                        Column.left("DEVICE"));
        var missing = new ArrayList<String>();
        for (SpaceCheck check : checks) {
            switch (check) {
                case SpaceCheck.Works works -> table.row(row(works));
                case SpaceCheck.Missing(String id, _, String reason) ->
                        missing.addAll(sentence(id, reason));
            }
        }
        var lines = new ArrayList<>(table.lines(style));
        if (!missing.isEmpty()) {
            lines.add("");
            lines.addAll(missing);
        }
        return lines;
    }

    private static Cell[] row(SpaceCheck.Works works) {
        return new Cell[] {
            Cell.of(works.id()),
            Cell.of(Bytes.approximate(works.capacityBytes())),
            Cell.of(free(works.freeBytes())),
            Cell.of(speed(works.speed().in())),
            Cell.of(speed(works.speed().out())),
            Cell.of(works.device())
        };
    }

    private static String free(OptionalLong bytes) {
        return bytes.isPresent() ? Bytes.approximate(bytes.getAsLong()) : "not said";
    }

    private static String speed(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.1f GB/s", bytesPerSecond / GIGABYTE);
    }

    private static List<String> sentence(String id, String reason) {
        List<String> lines = new ArrayList<>();
        for (String line : Words.wrap("no " + id + ": " + reason, WIDTH)) {
            lines.add((lines.isEmpty() ? "" : "  ") + line);
        }
        return lines;
    }
}
