package dev.isobar.examples.view;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// How large a terminal is.
///
/// *Immutable.*
///
/// @param columns characters in a line; at least 1
/// @param rows lines; at least 1
public record TerminalSize(int columns, int rows) {

    /// What is assumed where nobody knows: 80 columns, 24 rows.
    public static final TerminalSize USUAL = new TerminalSize(80, 24);

    /// Says how large the terminal is now.
    public interface Probe {
        TerminalSize size();
    }

    public TerminalSize {
        if (columns < 1 || rows < 1) {
            throw new IllegalArgumentException(
                    "a terminal has at least 1 column and 1 row: " + columns + " x " + rows);
        }
    }

    /// Asks the system's `stty`, as Java has no call for it. Costs a process: some milliseconds.
    public static TerminalSize ask() {
        try {
            var stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return stty.waitFor(1, TimeUnit.SECONDS) ? parse(answer) : USUAL;
        } catch (IOException _) {
            return USUAL;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return USUAL;
        }
    }

    /// Reads `rows columns`.
    static TerminalSize parse(String answer) {
        String[] numbers = answer.strip().split(" ");
        try {
            return new TerminalSize(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
            return USUAL;
        }
    }
}
