package dev.isobar.examples.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void clock_time_isMinutesAndSeconds() {
        assertThat(Words.clock(Duration.ofMillis(65_999))).isEqualTo("01:05");
        assertThat(Words.clock(Duration.ofHours(2))).isEqualTo("120:00");
    }

    @Test
    void pressure_justBelowATier_doesNotLookLikeIt() {
        assertThat(Words.pressure(0.7999)).isEqualTo("0.79");
        assertThat(Words.pressure(0.80)).isEqualTo("0.80");
        assertThat(Words.pressure(0.29)).isEqualTo("0.29");
        assertThat(Words.pressure(1.5)).isEqualTo("1.50");
    }

    @Test
    void percent_share_hasOneDecimal() {
        assertThat(Words.percent(0.7134)).isEqualTo("71.3%");
    }

    @Test
    void wrap_longText_breaksAtSpaces() {
        assertThat(Words.wrap("one two three", 7)).containsExactly("one two", "three");
        assertThat(Words.wrap("a verylongword b", 5)).containsExactly("a", "verylongword", "b");
        assertThat(Words.wrap("for 1.4 MiB in 3 ms", 11)).containsExactly("for 1.4 MiB", "in 3 ms");
        assertThat(Words.wrap("for 1.4 MiB in 3 ms", 10))
                .containsExactly("for", "1.4 MiB in", "3 ms");
        assertThat(Words.wrap("", 5)).containsExactly("");
    }

    @Test
    void bar_anyPressure_isOfTheAskedWidth() {
        assertThat(Style.PLAIN.bar(0, 4)).isEqualTo("....");
        assertThat(Style.PLAIN.bar(0.5, 4)).isEqualTo("##..");
        assertThat(Style.PLAIN.bar(1.7, 4)).isEqualTo("####");
        assertThat(new Style(false, true).bar(0.5, 4)).isEqualTo("██░░");
    }
}
