package dev.isobar.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isobar.kv.KvPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvReplayTest {

    /// Two conversations by turns: with two blocks of room nothing is left of the other one.
    private static final String LINES =
            """
            {"timestamp": 0, "input_length": 1000, "output_length": 5, "hash_ids": [1, 2]}
            {"timestamp": 10, "input_length": 1000, "output_length": 5, "hash_ids": [3, 4]}
            {"timestamp": 20, "input_length": 1500, "output_length": 5, "hash_ids": [1, 2, 5]}
            {"timestamp": 30, "input_length": 1500, "output_length": 5, "hash_ids": [3, 4, 6]}
            """;

    @TempDir Path folder;

    @Test
    void read_linesOfTheFormat_plainOrPacked() throws IOException {
        KvTrace plain = KvTrace.read(file("t.jsonl", LINES));
        assertThat(plain.requests()).hasSize(4);
        assertThat(plain.requests().get(2).millis()).isEqualTo(20);
        assertThat(plain.requests().get(2).ids()).containsExactly(1, 2, 5);
        assertThat(plain.blockCount()).isEqualTo(10);
        assertThat(plain.distinctCount()).isEqualTo(6);
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(LINES.getBytes(StandardCharsets.UTF_8));
        }
        Path gz = folder.resolve("t.jsonl.gz");
        Files.write(gz, packed.toByteArray());
        assertThat(KvTrace.read(gz).requests()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"hash_ids\": [1]}                           | timestamp",
                "{\"timestamp\": 1}                            | hash_ids",
                "{\"timestamp\": 1, \"hash_ids\": []}          | hash_ids is empty",
                "{\"timestamp\": 1, \"hash_ids\": null}        | hash_ids is empty",
                "{\"timestamp\": -1, \"hash_ids\": [1]}        | timestamp is not from 0",
                "{\"timestamp\": 1, \"hash_ids\": [1.5]}       | Floating-point",
                "{\"timestamp\": 1, \"hash_ids\": [1]          | Unexpected end-of-input",
                "hello                                         | Unrecognized token",
            })
    void read_faults_areNamedWithTheirPlace(String line, String reason) throws IOException {
        Path file = file("bad.jsonl", LINES + line);
        assertThatThrownBy(() -> KvTrace.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("bad.jsonl, request 5: ")
                .hasMessageContaining(reason);
    }

    @Test
    void read_nothing_orNoFile_isSaid() throws IOException {
        Path empty = file("empty.jsonl", "");
        assertThatThrownBy(() -> KvTrace.read(empty)).hasMessageContaining("there are no requests");
        assertThatThrownBy(() -> KvTrace.read(folder.resolve("none.jsonl")))
                .hasMessageContaining("no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "LRU, 2, 0",
        "LRU, 6, 4",
        "ADAPTIVE, 6, 4",
        "COST, 6, 4",
        "ARC, 6, 4",
        "FIFO, 6, 4"
    })
    void run_countsWhatIsFound(KvPolicy policy, int blocks, long hits) throws IOException {
        KvTrace trace = KvTrace.read(file("t.jsonl", LINES));
        var done = new AtomicInteger();
        var results = new KvReplay(trace).run(List.of(blocks), List.of(policy), done::addAndGet);
        assertThat(results).hasSize(1);
        assertThat(results.getFirst().hits()).isEqualTo(hits);
        assertThat(results.getFirst().rate()).isEqualTo(hits / 10.0);
        assertThat(done).hasValue(4);
    }

    @Test
    void report_asTable_csvAndJson() throws IOException {
        KvTrace trace = KvTrace.read(file("t.jsonl", LINES));
        var report =
                new KvReplayReport(
                        trace,
                        List.of(
                                new KvReplay.Result("lru", 2, 0, 0, 0, 812.4),
                                new KvReplay.Result("adaptive", 6, 4, 0.4, 0.375, 1500)));
        assertThat(report.lines())
                .containsExactly(
                        "t.jsonl: 4 requests, 10 blocks, 6 of them different",
                        "",
                        "   blocks  policy            hits      rate  time saved   ns/block",
                        "        2  lru                  0    0.00 %      0.00 %        812",
                        "        6  adaptive             4   40.00 %     37.50 %       1500");
        assertThat(report.csv())
                .isEqualToNormalizingNewlines(
                        """
                        trace,policy,blocks,requested_blocks,hits,rate,saved_time,ns_per_block
                        "t.jsonl",lru,2,10,0,0.000000,0.000000,812.4
                        "t.jsonl",adaptive,6,10,4,0.400000,0.375000,1500.0
                        """);
        JsonNode json = JsonMapper.builder().build().readTree(report.json());
        assertThat(json.isArray()).isTrue();
        assertThat(json.get(1).get("policy").asText()).isEqualTo("adaptive");
        assertThat(json.get(1).get("blocks").asInt()).isEqualTo(6);
        assertThat(json.get(1).get("hits").asLong()).isEqualTo(4);
        assertThat(json.get(1).get("rate").asDouble()).isEqualTo(0.4);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
