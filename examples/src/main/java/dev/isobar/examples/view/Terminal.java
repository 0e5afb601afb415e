package dev.isobar.examples.view;

import java.io.Console;
import java.nio.charset.Charset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the place where we write can do.
///
/// *Immutable.*
///
/// @param live whether a table can be refreshed in place
/// @param style how things look there
public record Terminal(boolean live, Style style) {

    /// Finds out. A table is refreshed in place only on a terminal that is not `dumb`; colours are
    /// left out where `NO_COLOR` is set; block characters need a Unicode encoding.
    ///
    /// @param console the process's console, if it has one
    /// @param env the environment
    /// @param encoding of what we write
    public static Terminal of(
            @Nullable Console console, Map<String, String> env, Charset encoding) {
        return of(console != null && console.isTerminal(), env, encoding);
    }

    static Terminal of(boolean terminal, Map<String, String> env, Charset encoding) {
        boolean live = terminal && !env.getOrDefault("TERM", "dumb").equals("dumb");
        boolean colour = live && env.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(live, new Style(colour, encoding.newEncoder().canEncode('█')));
    }
}
