package dev.isobar.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

    private final Figures figures = new Figures();

    @Test
    void forks_areComparedByTheirMedians_roundByRound() {
        figures.reference("s", "base");
        add("base", Round.ofFork(List.of(10.0, 12.0, 11.0), 8, 0));
        add("ours", Round.ofFork(List.of(5.0, 6.0, 5.5), 2, 0));
        add("base", Round.ofFork(List.of(20.0), 8, 0));
        add("ours", Round.ofFork(List.of(5.0), 4, 0));

        assertThat(figures.table())
                .contains("min / median / max")
                .contains(
                        "| ours | 5.00 / 5.25 / 6.00 | 2.00, 4.00 | 0.00 | 0.50, 0.25 | 0.25, 0.50 |")
                .contains(
                        "| base | 10.0 / 11.5 / 20.0 | 8.00, 8.00 | 0.00 | 1.00, 1.00 | 1.00, 1.00 |")
                .containsSubsequence("| ours", "| base");
        assertThat(figures.json()).contains("\"ratios\" : [ 0.5, 0.25 ]");
    }

    /// The pace doubles from turn to turn, the ratios stay.
    @Test
    void turns_areComparedOneByOne_whateverTheirPace() {
        figures.reference("s", "base");
        add("base", turns(10, 20, 40, 80, 160));
        add("ours", turns(5, 12, 20, 32, 48));

        assertThat(figures.table())
                .contains("quartiles")
                .contains(
                        "| ours | 12.0 / 20.0 / 32.0 | 40.0 | 3.00 | 0.50 (0.40 to 0.50) | 0.50 (0.40 to 0.50) |")
                .contains("| base | 20.0 / 40.0 / 80.0 | 80.0 | 3.00 | 1.00 | 1.00 |");
        assertThat(figures.json())
                .contains("\"inTurn\" : true", "\"ratios\" : [ 0.5 ]", "\"nanosByRound\"");
    }

    @Test
    void spread_ofQuartiles_isTheMiddleHalf() {
        List<Double> values = List.of(8.0, 1.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0);

        assertThat(Spread.ofQuartiles(values)).isEqualTo(new Spread(3, 4.5, 6));
        assertThat(Spread.ofQuartiles(values).medianFirst()).isEqualTo("4.50 (3.00 to 6.00)");
        assertThat(Spread.of(values)).isEqualTo(new Spread(1, 4.5, 8));
        assertThat(Spread.ofQuartiles(List.of(2.0)).medianFirst()).isEqualTo("2.00");
    }

    @Test
    void watch_tellsMinutesAndSeconds() {
        assertThat(Watch.text(Duration.ofMillis(127_900))).isEqualTo("2:07");
        assertThat(new Watch()).hasToString("0:00");
    }

    private void add(String name, Round round) {
        figures.add(new Figures.Case("s", "", 1, name), round);
    }

    private static Round turns(double... nanos) {
        return Round.ofTurns(
                DoubleStream.of(nanos)
                        .mapToObj(each -> new Turn("", "", each, 2 * each, 3))
                        .toList());
    }
}
