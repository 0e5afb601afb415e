package dev.isobar.examples.corpus;

import java.util.Objects;

/// A piece of a text file, small enough to be embedded as one.
///
/// *Immutable.*
///
/// @param file the file it is from, as the corpus names it
/// @param line the line on which it starts; the first is 1
/// @param text the piece itself, as it stands in the file; never blank
public record Passage(String file, int line, String text) {

    /// @throws IllegalArgumentException if `line` is below 1 or `text` is blank
    public Passage {
        Objects.requireNonNull(file, "file");
        if (line < 1) {
            throw new IllegalArgumentException("line must be at least 1: " + line);
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("a passage must not be blank: " + file + ":" + line);
        }
    }

    /// Where it is from, as an editor would open it: `file:line`.
    public String origin() {
        return file + ":" + line;
    }
}
