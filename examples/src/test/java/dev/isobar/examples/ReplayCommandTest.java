package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `isobar replay` with a trace of KV prefixes.
class ReplayCommandTest {

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path trace = Path.of("");

    @BeforeEach
    void writeTrace() throws IOException {
        trace = folder.resolve("t.jsonl");
        Files.writeString(
                trace,
                """
                {"timestamp": 0, "hash_ids": [1, 2]}
                {"timestamp": 10, "hash_ids": [1, 2, 3]}
                """);
    }

    @Test
    void jsonl_json_isAnArrayOfPolicyBlocksHitsAndRate() throws IOException {
        assertThat(run("--blocks", "1,10", "--policy", "lru,ADAPTIVE", "--json")).isZero();
        JsonNode results = JsonMapper.builder().build().readTree(out.toString());
        assertThat(results.size()).isEqualTo(4);
        JsonNode last = results.get(3);
        assertThat(last.get("policy").asText()).isEqualTo("adaptive");
        assertThat(last.get("blocks").asInt()).isEqualTo(10);
        assertThat(last.get("hits").asLong()).isEqualTo(2);
        assertThat(last.get("rate").asDouble()).isEqualTo(0.4);
    }

    @Test
    void jsonl_table_hasAllPoliciesByDefault_andCsvGoesToItsFile() throws IOException {
        Path csv = folder.resolve("r.csv");
        assertThat(run("--csv", csv.toString())).isZero();
        assertThat(out.toString()).contains("adaptive", "slru", "10,000");
        assertThat(Files.readAllLines(csv)).hasSize(1 + 4 * 8);
    }

    @Test
    void jsonl_badOptions_areNamed() {
        assertThat(run("--policy", "caffeine")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "--policy is none of lru, fifo, lfu, slru, arc, priority, cost, adaptive: caffeine");
        assertThat(run("--blocks", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--blocks must be from 1 to 16777216: 0");
        assertThat(run("--svg", "x.svg")).isEqualTo(2);
        assertThat(err.toString()).contains("--svg is not for *.jsonl");
    }

    @Test
    void otherTraces_needAFormat_andTakeNoBlocks() {
        trace = folder.resolve("t.gz");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("--format is missing");
        assertThat(run("--format", "lirs", "--blocks", "5")).isEqualTo(2);
        assertThat(err.toString()).contains("--blocks is for *.jsonl only");
    }

    private int run(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "--trace";
        all[1] = trace.toString();
        System.arraycopy(options, 0, all, 2, options.length);
        return new CommandLine(new ReplayCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }
}
