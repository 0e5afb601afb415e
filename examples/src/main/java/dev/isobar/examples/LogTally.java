package dev.isobar.examples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Takes over the log for the time of a run: a table that is refreshed in place leaves no room for
/// it. Warnings are counted and kept until the table is gone.
///
/// *Safe for several threads.*
final class LogTally extends Handler implements AutoCloseable {

    private static final int KEPT = 1000;

    private final PrintWriter err;
    private final boolean verbose;
    private final Logger root = LogManager.getLogManager().getLogger("");
    private final Logger ours = Logger.getLogger("dev.isobar");
    private final Handler[] replaced = root.getHandlers();
    private final Level replacedLevel = root.getLevel();
    private final List<String> kept = new ArrayList<>();
    private final SimpleFormatter formatter = new SimpleFormatter();
    private int warnings;

    private LogTally(PrintWriter err, boolean verbose) {
        this.err = err;
        this.verbose = verbose;
    }

    /// Takes over the log.
    ///
    /// @param err where it is written at the end
    /// @param verbose whether to write everything, with stack traces, or warnings alone, in one line each
    static LogTally install(PrintWriter err, boolean verbose) {
        var tally = new LogTally(Objects.requireNonNull(err, "err"), verbose);
        for (Handler handler : tally.replaced) {
            tally.root.removeHandler(handler);
        }
        tally.root.addHandler(tally);
        tally.root.setLevel(verbose ? Level.INFO : Level.WARNING);
        tally.ours.setLevel(verbose ? Level.FINE : null);
        return tally;
    }

    /// Warnings and errors so far.
    synchronized int warnings() {
        return warnings;
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        warnings += entry.getLevel().intValue() >= Level.WARNING.intValue() ? 1 : 0;
        if (kept.size() < KEPT) {
            kept.add(verbose ? formatter.format(entry) : brief(entry));
        }
    }

    @Override
    public void flush() {}

    /// Writes what was kept, and puts the log back as it was. Idempotent.
    @Override
    public synchronized void close() {
        root.removeHandler(this);
        for (Handler handler : replaced) {
            root.removeHandler(handler);
            root.addHandler(handler);
        }
        root.setLevel(replacedLevel);
        ours.setLevel(null);
        kept.forEach(err::print);
        kept.clear();
        err.flush();
    }

    private String brief(LogRecord entry) {
        var text = new StringWriter();
        text.append("isobar: ").append(formatter.formatMessage(entry));
        if (entry.getThrown() != null) {
            text.append(": ").append(entry.getThrown().toString());
        }
        return text.append(System.lineSeparator()).toString();
    }
}
