package dev.isobar.examples.view;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The table on a terminal, refreshed in place. It is drawn on the alternate screen with the cursor
/// hidden, so nothing of what stood there before is lost; closing goes back, and leaves the last
/// table behind.
///
/// *Safe for several threads:* a shutdown hook may close it.
public final class LiveScreen implements Screen {

    private static final String ESC = "\u001b[";
    private static final String ENTER = ESC + "?1049h" + ESC + "?25l";
    private static final String LEAVE = ESC + "?25h" + ESC + "?1049l";
    private static final String HOME = ESC + "H";
    private static final String ERASE_LINE_END = ESC + "K";
    private static final String ERASE_BELOW = ESC + "J";

    private static final int FRAMES_PER_PROBE = 8;

    private final PrintWriter out;
    private final TableLayout layout;
    private final TerminalSize.Probe probe;
    private TerminalSize size = TerminalSize.USUAL;
    private long frames;
    private @Nullable DemoView last;
    private boolean open;
    private boolean closed;

    /// @param out the terminal
    /// @param layout draws a view
    /// @param probe says how large the terminal is; asked now and then
    public LiveScreen(PrintWriter out, TableLayout layout, TerminalSize.Probe probe) {
        this.out = Objects.requireNonNull(out, "out");
        this.layout = Objects.requireNonNull(layout, "layout");
        this.probe = Objects.requireNonNull(probe, "probe");
    }

    @Override
    public synchronized void show(DemoView view) {
        if (closed) {
            return;
        }
        last = view;
        if (frames++ % FRAMES_PER_PROBE == 0) {
            size = probe.size();
        }
        var frame = new StringBuilder(open ? HOME : ENTER + HOME);
        // one row less: a line end in the last row would scroll
        List<String> lines = layout.lines(view, size.columns(), size.rows() - 1);
        lines.stream()
                .limit(size.rows() - 1L)
                .forEach(line -> frame.append(line).append(ERASE_LINE_END).append("\r\n"));
        out.print(frame.append(ERASE_BELOW));
        out.flush();
        open = true;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (open) {
            out.print(LEAVE);
        }
        if (last != null) {
            layout.lines(last, size.columns(), size.rows() - 1).forEach(out::println);
        }
        out.flush();
    }
}
