package dev.isobar.examples.view;

import dev.isobar.examples.view.TextTable.Cell;
import dev.isobar.examples.view.TextTable.Column;
import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.LoraModule;
import dev.isobar.lora.format.TensorInfo;
import dev.isobar.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What `isobar adapter inspect` shows.
///
/// *Immutable.*
///
/// @param style how it looks
public record AdapterTable(Style style) {

    /// The lines for a terminal.
    public List<String> lines(AdapterDescription adapter) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s adapter for %s: rank %d, %s%d modules, %s of weights"
                        .formatted(
                                adapter.format(),
                                adapter.baseModel().isEmpty()
                                        ? "an unnamed model"
                                        : printable(adapter.baseModel()),
                                adapter.rank(),
                                adapter.rsLora() ? "rsLoRA, " : "",
                                adapter.modules().size(),
                                Bytes.approximate(adapter.bytes())));
        lines.add("");
        lines.addAll(table(adapter).lines(style));
        for (String warning : adapter.warnings()) {
            lines.add("warning: " + printable(warning));
        }
        return lines;
    }

    private static TextTable table(AdapterDescription adapter) {
        var table =
                new TextTable(
                        Column.left("MODULE"),
                        Column.right("RANK"),
                        Column.right("ALPHA"),
                        Column.right("SCALE"),
                        Column.left("TYPE"),
                        Column.left("A"),
                        Column.left("B"),
                        Column.right("BYTES"));
        for (LoraModule module : adapter.modules()) {
            table.row(
                    Cell.of(printable(module.name())),
                    Cell.of(Integer.toString(module.rank())),
                    Cell.of(number(module.alpha())),
                    Cell.of(number(module.scale())),
                    Cell.of(module.a().type().toString()),
                    Cell.of(shape(module.a())),
                    Cell.of(shape(module.b())),
                    Cell.of(Long.toString(module.a().bytes() + module.b().bytes())));
        }
        return table;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String shape(TensorInfo tensor) {
        return String.join("x", tensor.shape().stream().map(String::valueOf).toList());
    }

    /// Names come from files: no control character reaches the terminal.
    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
