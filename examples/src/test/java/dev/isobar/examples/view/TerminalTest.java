package dev.isobar.examples.view;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

    @Test
    void of_usualTerminal_isLiveWithColoursAndBlocks() {
        assertThat(Terminal.of(true, XTERM, UTF_8))
                .isEqualTo(new Terminal(true, new Style(true, true)));
    }

    @Test
    void of_noTerminal_isNotLive() {
        assertThat(Terminal.of(null, XTERM, UTF_8))
                .isEqualTo(new Terminal(false, new Style(false, true)));
    }

    @Test
    void of_dumbOrNamelessTerminal_isNotLive() {
        assertThat(Terminal.of(true, Map.of("TERM", "dumb"), UTF_8).live()).isFalse();
        assertThat(Terminal.of(true, Map.of(), UTF_8).live()).isFalse();
    }

    @Test
    void of_noColor_isLiveWithoutColours() {
        Map<String, String> env = Map.of("TERM", "xterm", "NO_COLOR", "1");

        assertThat(Terminal.of(true, env, UTF_8))
                .isEqualTo(new Terminal(true, new Style(false, true)));
    }

    @Test
    void of_asciiTerminal_hasNoBlocks() {
        assertThat(Terminal.of(true, XTERM, US_ASCII).style().blocks()).isFalse();
    }

    @Test
    void parse_answerOfStty_isReadOrTheUsualIsTaken() {
        assertThat(TerminalSize.parse("40 100\n")).isEqualTo(new TerminalSize(100, 40));
        assertThat(TerminalSize.parse("")).isEqualTo(TerminalSize.USUAL);
        assertThat(TerminalSize.parse("0 0")).isEqualTo(TerminalSize.USUAL);
        assertThat(TerminalSize.parse("stty: error")).isEqualTo(TerminalSize.USUAL);
    }
}
