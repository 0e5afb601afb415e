package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class KvPressureCommandTest {

    @Test
    void json_hasAnObjectForEachPhase() throws Exception {
        var out = new StringWriter();
        assertThat(
                        run(
                                out,
                                "--json",
                                "--agents",
                                "2",
                                "--attempts",
                                "1",
                                "--turns",
                                "0",
                                "--prefix",
                                "200",
                                "--budget",
                                "2000",
                                "--seed",
                                "1"))
                .isZero();

        JsonNode phases = new ObjectMapper().readTree(out.toString());
        assertThat(phases).hasSize(3);
        assertThat(phases.get(0).get("phase").asText()).isEqualTo("tool loop");
        assertThat(phases.get(0).get("requests").asInt()).isEqualTo(8);
        assertThat(phases).allMatch(phase -> phase.get("problems").isEmpty());
    }

    @Test
    void thresholdNotMet_saysSoAndFails() {
        var out = new StringWriter();
        assertThat(
                        run(
                                out,
                                "--agents",
                                "1",
                                "--attempts",
                                "1",
                                "--turns",
                                "0",
                                "--prefix",
                                "200",
                                "--budget",
                                "2000",
                                "--min-cached",
                                "201"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("lost tokens            0")
                .contains("same and exact prefix: same prefix: 192 of 231 tokens found")
                .contains("not all is as it should be");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--overlap 1   | overlap must be at least 2: 1",
                "--agents 0    | agents must be at least 1: 0",
                "--budget 1000 | budgetTokens must be at least 3488, so that the longest conversation fits: 1000"
            })
    void badOption_namesTheNumber(String options, String message) {
        var err = new StringWriter();
        String[] words = ("kv-pressure " + options).split(" ", -1);

        assertThat(
                        Isobar.run(
                                new PrintWriter(new StringWriter()),
                                new PrintWriter(err),
                                Map.of(),
                                words))
                .isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    private static int run(StringWriter out, String... options) {
        String[] words = new String[options.length + 1];
        words[0] = "kv-pressure";
        System.arraycopy(options, 0, words, 1, options.length);
        return Isobar.run(new PrintWriter(out), new PrintWriter(out), Map.of(), words);
    }
}
