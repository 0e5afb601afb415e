package dev.isobar.examples.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ScreensTest {

    private final StringWriter written = new StringWriter();
    private final PrintWriter out = new PrintWriter(written);

    @Test
    void plain_viewsOfEightSeconds_writeAStateEveryTwo() {
        var screen = new PlainScreen(out);

        for (int second = 0; second < 8; second++) {
            screen.show(Views.at(second));
        }

        assertThat(written.toString().lines())
                .hasSize(8)
                .endsWith(
                        "00:06  heap 0.95 critical, 3.8 MiB of 4.0 MiB; host 0.67 warning, 8.1 MiB of 12.0"
                                + " MiB; 3 of 4 lanes, 1,584 of 8,192 tokens; 2 waiting, longest 438 ms",
                        "       search-cache 41.7% hits, 1,234 evicted, set aside;"
                                + " embedding-cache 0.0% hits, 0 evicted");
    }

    @Test
    void plain_decision_isWrittenOnceInItsOrder() {
        var screen = new PlainScreen(out);

        screen.show(Views.at(1, Views.FIRST));
        screen.show(Views.at(1, Views.SECOND, Views.FIRST));

        assertThat(written.toString().lines().filter(line -> line.contains("decision")))
                .containsExactly(
                        "00:07  decision: " + String.join(" ", Views.FIRST.sentences()),
                        "00:09  decision: " + String.join(" ", Views.SECOND.sentences()));
    }

    @Test
    void live_open_drawsInPlaceWithoutCursor() {
        var screen = live();

        screen.show(Views.at(1));
        assertThat(written.toString())
                .startsWith("\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[Hisobar demo");

        written.getBuffer().setLength(0);
        screen.show(Views.at(2));
        assertThat(written.toString())
                .startsWith("\u001b[Hisobar demo  00:02")
                .endsWith("\u001b[J");
    }

    @Test
    void live_close_restoresTheTerminalOnceAndLeavesTheLastTable() {
        var screen = live();
        screen.show(Views.at(1));
        written.getBuffer().setLength(0);

        screen.close();
        screen.close();
        screen.show(Views.at(2));

        assertThat(written.toString())
                .startsWith("\u001b[?7h\u001b[?25h\u001b[?1049lisobar demo  00:01")
                .containsOnlyOnce("isobar demo");
    }

    @Test
    void live_closedBeforeAnythingWasShown_writesNothing() {
        live().close();

        assertThat(written.toString()).isEmpty();
    }

    @Test
    void live_lowTerminal_drawsNoMoreThanFits() {
        var screen =
                new LiveScreen(out, new TableLayout(Style.PLAIN), () -> new TerminalSize(80, 6));

        screen.show(Views.at(1));

        assertThat(written.toString().split("\r\n")).hasSize(6);
    }

    private LiveScreen live() {
        return new LiveScreen(out, new TableLayout(Style.PLAIN), () -> TerminalSize.USUAL);
    }
}
