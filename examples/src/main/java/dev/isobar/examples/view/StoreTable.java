package dev.isobar.examples.view;

import dev.isobar.examples.view.TextTable.Cell;
import dev.isobar.examples.view.TextTable.Column;
import dev.isobar.memory.Bytes;
import dev.isobar.pool.store.EntryInfo;
import dev.isobar.pool.store.SegmentLog;
import dev.isobar.pool.store.WarmStore;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is in a store, as a table for people.
///
/// *Immutable.*
///
/// @param style how it looks
public record StoreTable(Style style) {

    /// Enough of a key to find it by.
    private static final int KEY_DIGITS = 16;

    /// A line for each entry, the newest first, then one for each log.
    public List<String> lines(WarmStore store) {
        List<EntryInfo> entries = store.entries();
        List<String> lines = new ArrayList<>();
        if (!entries.isEmpty()) {
            lines.addAll(entries(entries).lines(style));
        }
        for (String name : store.logNames()) {
            SegmentLog log = store.log(name);
            lines.add(
                    "log %s: %s, %s live, %s on disk"
                            .formatted(
                                    name,
                                    values(log),
                                    Bytes.approximate(log.liveBytes()),
                                    Bytes.approximate(log.diskBytes())));
        }
        long bytes = entries.stream().mapToLong(EntryInfo::diskBytes).sum();
        lines.add(
                "%s entries, %s".formatted(Words.count(entries.size()), Bytes.approximate(bytes)));
        return lines;
    }

    /// What lies in a log can be told by its size: vectors, blocks, notes.
    private static String values(SegmentLog log) {
        long count = log.count();
        return count == 0
                ? "0 values"
                : "%s values of about %s"
                        .formatted(Words.count(count), Bytes.approximate(log.liveBytes() / count));
    }

    private static TextTable entries(List<EntryInfo> entries) {
        TextTable table =
                new TextTable(
                        Column.left("KEY"),
                        Column.left("RUN"),
                        Column.left("ROLE"),
                        Column.right("SCORE"),
                        Column.right("SIZE"),
                        Column.right("NO."),
                        Column.left("WRITTEN"));
        for (EntryInfo entry : entries) {
            table.row(
                    Cell.of(entry.key().hex().substring(0, KEY_DIGITS)),
                    Cell.of(entry.run()),
                    Cell.of(entry.role().name().toLowerCase(Locale.ROOT)),
                    Cell.of(
                            entry.score().isPresent()
                                    ? String.format(
                                            Locale.ROOT, "%.6g", entry.score().getAsDouble())
                                    : ""),
                    Cell.of(Bytes.approximate(entry.payloadBytes())),
                    Cell.of(Long.toString(entry.generation())),
                    Cell.of(entry.writtenAt().truncatedTo(ChronoUnit.SECONDS).toString()));
        }
        return table;
    }
}
