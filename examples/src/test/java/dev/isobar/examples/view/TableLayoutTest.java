package dev.isobar.examples.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableLayoutTest {

    private static final int MANY_ROWS = 50;

    private final TableLayout plain = new TableLayout(Style.PLAIN);

    @Test
    void lines_plain80Columns_areThese() {
        List<String> lines = plain.lines(Views.at(23, Views.SECOND, Views.FIRST), 80, MANY_ROWS);

        assertThat(String.join("\n", lines))
                .isEqualTo(
                        """
                        isobar demo  00:23 of 01:00  12,345 searches, 678 chat turns  budget 16.0 MiB

                        RESOURCE  TIER      PRESSURE                               USED OF CAPACITY
                        heap      critical  ###########################.  0.95   3.8 MiB of 4.0 MiB
                        host      warning   ###################.........  0.67  8.1 MiB of 12.0 MiB

                        SOURCE              RESOURCE     USED     LIMIT  PRESSURE  HIT RATE  EVICTED
                        search-cache        heap      3.8 MiB   4.0 MiB      0.95     41.7%    1,234  set aside
                        embedding-cache     host      8.1 MiB  12.0 MiB      0.67      0.0%        0
                        cache-write-behind  heap      2.0 MiB   8.0 MiB      0.25         -        -

                        ADMISSION  3 of 4 lanes, 1,584 of 8,192 tokens; 2 waiting, longest 438 ms

                        LAST DECISIONS
                        00:09  heap 0.96 (critical), 1.4 MiB above the aim: asked search-cache for
                               1.4 MiB, refused in under 1 ms, now 0.96.
                        00:07  host 0.81 (high), 2.5 MiB above the aim: asked embedding-cache for
                               2.5 MiB, freed 2.5 MiB in 4 ms, now 0.60.
                               Not asked: search-cache (below the threshold).\
                        """);
    }

    @Test
    void lines_ansi_colourTheTiersAndShadeTheBars() {
        List<String> lines =
                new TableLayout(new Style(true, true)).lines(Views.at(23), 80, MANY_ROWS);

        assertThat(lines.get(3))
                .isEqualTo(
                        "heap      \u001b[1;31mcritical\u001b[0m  \u001b[1;31m"
                                + "█".repeat(27)
                                + "░\u001b[0m  0.95   3.8 MiB of 4.0 MiB");
        assertThat(lines.get(4)).startsWith("host      \u001b[33mwarning\u001b[0m   \u001b[33m█");
    }

    @Test
    void lines_wideTerminal_giveTheRoomToTheBarAndTheWords() {
        List<String> lines = plain.lines(Views.at(23, Views.SECOND), 120, MANY_ROWS);

        assertThat(lines.get(3)).contains(plain.style().bar(0.9567, 60));
        assertThat(lines.getLast()).hasSizeGreaterThan(80);
        assertThat(lines).allMatch(line -> line.length() <= 120);
    }

    @Test
    void lines_fewRows_leaveOutTheOldestDecisions() {
        List<String> lines = plain.lines(Views.at(23, Views.SECOND, Views.FIRST), 80, 18);

        assertThat(lines).hasSize(16);
        assertThat(lines.get(14)).startsWith("00:09");
    }

    @Test
    void lines_noDecisions_sayWhenThereWillBe() {
        assertThat(plain.lines(Views.at(23), 80, MANY_ROWS))
                .endsWith("none yet: the broker acts when a resource reaches 0.80");
    }
}
