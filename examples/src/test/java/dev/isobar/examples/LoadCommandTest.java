package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isobar.examples.load.LoadProgress;
import dev.isobar.examples.view.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadCommandTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        byte[] bytes = new byte[1_000_001];
        new java.util.Random(1).nextBytes(bytes);
        file = Files.write(folder.resolve("model.bin"), bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mapped", "read", "staged", "direct"})
    void load_byEachStrategy_printsTheReport(String strategy) {
        assertThat(run("load", file.toString(), "--strategy", strategy, "--verify")).isZero();

        assertThat(out.toString())
                .contains("(1000001 bytes) by " + strategy + " in ", "GB/s", "verified SHA-256");
    }

    @Test
    void load_json_saysRequestedUsedAndNumbers() throws IOException {
        assertThat(
                        run(
                                "load",
                                file.toString(),
                                "--chunk",
                                "64KiB",
                                "--depth",
                                "2",
                                "--verify",
                                "--json"))
                .isZero();

        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.get("requested").asText()).isEqualTo("staged");
        assertThat(report.get("used").asText()).isEqualTo("staged");
        assertThat(report.get("bytes").asLong()).isEqualTo(1_000_001);
        assertThat(report.get("peakStagingBytes").asLong()).isBetween(1L, 2L << 16);
        assertThat(report.get("ioCalls").asInt()).isEqualTo(16);
        assertThat(report.get("verified").asBoolean()).isTrue();
        assertThat(report.get("attempts")).hasSize(1);
    }

    @Test
    void load_emptyFile_saysSo() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThat(run("load", empty.toString())).isZero();
        assertThat(out.toString()).contains("empty");
        assertThat(run("load", empty.toString(), "--json")).isZero();
        assertThat(out.toString()).contains("\"used\" : \"none\"");
    }

    @Test
    void load_badFileOrOptions_isAUsageError() {
        assertThat(run("load", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("NOT_FOUND").contains("none");
        assertThat(run("load", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("NOT_A_FILE");
        assertThat(run("load", file.toString(), "--chunk", "100")).isEqualTo(2);
        assertThat(run("load", file.toString(), "--depth", "0")).isEqualTo(2);
        assertThat(run("load", file.toString(), "--strategy", "magic")).isEqualTo(2);
        assertThat(run("load", file.toString(), "--fallback", "staged")).isEqualTo(2);
        assertThat(run("load", file.toString(), "--into", "moon:0")).isEqualTo(2);
        assertThat(err.toString()).contains("--into moon:0: there are host");
        assertThat(run("load", file.toString(), "--into", "cuda:77")).isEqualTo(2);
    }

    @Test
    void help_fitsTheTerminal() {
        assertThat(run("load", "--help")).isZero();
        assertThat(out.toString()).contains("--strategy", "--chunk", "--depth", "--into");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void progressBar_isDrawnInPlace_notTooOften_andAlwaysAtTheEnd() {
        AtomicLong clock = new AtomicLong();
        LoadProgress bar = new LoadProgress(new PrintWriter(out), Style.PLAIN, clock::get);
        for (int i = 1; i <= 100; i++) {
            clock.addAndGet(1_000_000);
            bar.progressed(i * 1024L, 100 * 1024L);
        }
        bar.close();
        assertThat(out.toString().split("\r", -1)).hasSizeBetween(4, 8);
        assertThat(out.toString()).contains("100%  100.0 KiB of 100.0 KiB", "GB/s");
    }

    private int run(String... args) {
        return Isobar.run(new PrintWriter(out), new PrintWriter(err), Map.of(), args);
    }
}
