package dev.isobar.examples.view;

import dev.isobar.examples.view.DemoView.Counts;
import dev.isobar.examples.view.DemoView.DecisionLine;
import dev.isobar.examples.view.DemoView.ResourceRow;
import dev.isobar.examples.view.DemoView.SourceRow;
import dev.isobar.examples.view.TextTable.Cell;
import dev.isobar.examples.view.TextTable.Column;
import dev.isobar.memory.Bytes;
import java.util.ArrayList;
import java.util.List;

/// Lays a view out as lines that fit a terminal: resources above, sources below them, and the last
/// decisions in the room that is left.
///
/// *Immutable.*
///
/// @param style how it looks
public record TableLayout(Style style) {

    /// The narrowest terminal for which columns are laid out. A narrower one cuts the lines.
    public static final int MIN_COLUMNS = 80;

    /// Columns of a resource's line beside its bar: name, tier, pressure, bytes, and the gaps.
    private static final int BESIDE_BAR = 52;

    private static final int MAX_BAR = 60;
    private static final int INDENT = 7;

    /// The lines for a terminal.
    ///
    /// @param columns its width
    /// @param rows its height; decisions that do not fit are left out
    public List<String> lines(DemoView view, int columns, int rows) {
        int width = Math.max(MIN_COLUMNS, columns);
        var lines = new ArrayList<String>();
        lines.add(title(view));
        lines.add("");
        lines.addAll(resources(view.resources(), width));
        lines.add("");
        lines.addAll(sources(view.sources()));
        lines.add("");
        lines.add(style.heading("ADMISSION") + "  " + Words.admission(view.admission()));
        lines.add("");
        lines.add(style.heading("LAST DECISIONS"));
        addDecisions(lines, view.decisions(), width, rows);
        return lines;
    }

    private String title(DemoView view) {
        String until = view.total().isZero() ? "until Ctrl-C" : "of " + Words.clock(view.total());
        return style.heading("isobar demo")
                + "  %s %s  %s searches, %s chat turns  budget %s"
                        .formatted(
                                Words.clock(view.elapsed()),
                                until,
                                Words.count(view.searches()),
                                Words.count(view.chats()),
                                Bytes.approximate(view.budgetBytes()));
    }

    private List<String> resources(List<ResourceRow> rows, int width) {
        int bar = Math.min(MAX_BAR, width - BESIDE_BAR);
        var table =
                new TextTable(
                        Column.left("RESOURCE"),
                        Column.left("TIER"),
                        Column.left("PRESSURE"),
                        Column.right(""),
                        Column.right("USED OF CAPACITY"));
        for (ResourceRow row : rows) {
            table.row(
                    Cell.of(row.name()),
                    new Cell(row.tier().label(), text -> style.tier(row.tier(), text)),
                    new Cell(style.bar(row.pressure(), bar), text -> style.tier(row.tier(), text)),
                    Cell.of(Words.pressure(row.pressure())),
                    Cell.of(
                            Bytes.approximate(row.usedBytes())
                                    + " of "
                                    + Bytes.approximate(row.capacityBytes())));
        }
        return table.lines(style);
    }

    private List<String> sources(List<SourceRow> rows) {
        var table =
                new TextTable(
                        Column.left("SOURCE"),
                        Column.left("RESOURCE"),
                        Column.right("USED"),
                        Column.right("LIMIT"),
                        Column.right("PRESSURE"),
                        Column.right("HIT RATE"),
                        Column.right("EVICTED"),
                        Column.left(""));
        for (SourceRow row : rows) {
            Counts counts = row.counts();
            table.row(
                    Cell.of(row.name()),
                    Cell.of(row.resource()),
                    Cell.of(Bytes.approximate(row.usedBytes())),
                    Cell.of(Bytes.approximate(row.limitBytes())),
                    new Cell(Words.pressure(row.pressure()), text -> style.tier(row.tier(), text)),
                    Cell.of(counts == null ? "-" : Words.percent(counts.hitRate())),
                    Cell.of(counts == null ? "-" : Words.count(counts.evictions())),
                    new Cell(row.note(), text -> style.tier(row.tier(), text)));
        }
        return table.lines(style);
    }

    private void addDecisions(
            List<String> lines, List<DecisionLine> decisions, int width, int rows) {
        if (decisions.isEmpty()) {
            lines.add(style.dim("none yet: the broker acts when a resource reaches 0.80"));
        }
        for (DecisionLine decision : decisions) {
            List<String> block = decision(decision, width);
            if (lines.size() + block.size() > rows) {
                return;
            }
            lines.addAll(block);
        }
    }

    private List<String> decision(DecisionLine decision, int width) {
        var block = new ArrayList<String>();
        for (String sentence : decision.sentences()) {
            for (String line : Words.wrap(sentence, width - INDENT)) {
                block.add(" ".repeat(INDENT) + line);
            }
        }
        String time = style.tier(decision.tier(), Words.clock(decision.at()));
        block.set(0, time + "  " + block.getFirst().strip());
        return block;
    }
}
