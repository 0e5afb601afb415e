package dev.isobar.examples.view;

import java.io.PrintWriter;
import java.util.function.IntConsumer;

/// A line on a terminal that says how much is done, and is gone when all is.
///
/// *One thread only.*
public final class ProgressBar implements IntConsumer {

    private static final int WIDTH = 40;

    private final PrintWriter out;
    private final long total;
    private long done;
    private int shown = -1;

    /// @param total how much is to be done; at least 0
    public ProgressBar(PrintWriter out, long total) {
        this.out = out;
        this.total = total;
    }

    @Override
    public void accept(int more) {
        done += more;
        int percent = total == 0 ? 100 : (int) (100 * done / total);
        if (percent == shown) {
            return;
        }
        shown = percent;
        int filled = WIDTH * percent / 100;
        String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
        out.print(
                percent >= 100
                        ? "\r" + " ".repeat(WIDTH + 8) + "\r"
                        : "\r[%s] %3d %%".formatted(bar, percent));
        out.flush();
    }
}
