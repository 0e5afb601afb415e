package dev.isobar.examples.load;

import dev.isobar.examples.view.Style;
import dev.isobar.memory.Bytes;
import dev.isobar.memory.load.LoadListener;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// A line that shows how far a load is, drawn anew in place.
///
/// *Safe for several threads.*
public final class LoadProgress implements LoadListener {

    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 40_000_000;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final Style style;
    private final LongSupplier nanoClock;
    private final long startNanos;
    // Guarded by this.
    private long drawnNanos;
    private long drawnBytes = -1;

    /// @param nanoClock a monotonic clock
    public LoadProgress(PrintWriter out, Style style, LongSupplier nanoClock) {
        this.out = out;
        this.style = style;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.drawnNanos = startNanos - REDRAW_NANOS;
    }

    @Override
    public synchronized void progressed(long doneBytes, long totalBytes) {
        long now = nanoClock.getAsLong();
        if (doneBytes <= drawnBytes
                || (doneBytes < totalBytes && now - drawnNanos < REDRAW_NANOS)) {
            return;
        }
        drawnNanos = now;
        drawnBytes = doneBytes;
        double share = (double) doneBytes / totalBytes;
        double bytesPerSecond = doneBytes * 1e9 / Math.max(1, now - startNanos);
        out.print(
                "%s%s %3d%%  %s of %s  %s"
                        .formatted(
                                CLEAR_LINE,
                                style.bar(share, WIDTH),
                                (int) (share * 100),
                                Bytes.approximate(doneBytes),
                                Bytes.approximate(totalBytes),
                                LoadText.rate(bytesPerSecond)));
        out.flush();
    }

    /// Removes the line.
    public synchronized void close() {
        if (drawnBytes >= 0) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }
}
