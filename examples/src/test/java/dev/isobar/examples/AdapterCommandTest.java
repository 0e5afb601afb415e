package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterCommandTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void make_writesAdaptersThatAreValid() {
        assertThat(
                        run(
                                "adapter",
                                "make",
                                folder.toString(),
                                "--rank",
                                "4",
                                "--layers",
                                "2",
                                "--hidden",
                                "32",
                                "--count",
                                "3"))
                .isZero();

        assertThat(folder).isDirectoryContaining("glob:**/adapter-00[012]");
        try (FileSources sources = new FileSources()) {
            AdapterDescription adapter =
                    new AdapterReader(sources).read(folder.resolve("adapter-002"));
            assertThat(adapter.rank()).isEqualTo(4);
            assertThat(adapter.modules()).hasSize(4).allMatch(module -> module.scale() == 2);
            assertThat(adapter.bytes()).isEqualTo(2 * 2 * 2 * 4 * 32 * 4);
        }
    }

    @Test
    void make_theSameTwice_isTheSame() throws IOException {
        run("adapter", "make", folder.resolve("a").toString());
        run("adapter", "make", folder.resolve("b").toString());

        assertThat(weights("a")).isEqualTo(weights("b"));
    }

    @Test
    void inspect_showsModulesAndNumbers() {
        run("adapter", "make", folder.toString(), "--layers", "1");

        assertThat(run("adapter", "inspect", folder.resolve("adapter-000").toString())).isZero();

        assertThat(out.toString())
                .contains("PEFT adapter for isobar-demo-256: rank 8, 2 modules, 32.0 KiB")
                .contains("model.layers.0.self_attn.q_proj")
                .contains("8x256", "256x8");
    }

    @Test
    void inspect_whatIsNoAdapter_saysWhy() {
        assertThat(run("adapter", "inspect", folder.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("adapter_config.json");
    }

    @Test
    void make_badNumbers_areRefused() {
        assertThat(run("adapter", "make", folder.toString(), "--rank", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("rank=0");
    }

    @Test
    void bench_comparesPolicies() {
        run("adapter", "make", folder.toString(), "--count", "6", "--hidden", "512");

        assertThat(bench("--slots", "3")).isZero();

        assertThat(out.toString())
                .contains("6 adapters, room for 3, 200 activations, Zipf 1.2")
                .contains("lru", "reference", "cost-aware, whole", "thrash", "still in place");
    }

    @Test
    void bench_json_isTheSameTwice_butForTimes() throws IOException {
        run("adapter", "make", folder.toString(), "--count", "6", "--hidden", "512");
        String written = out.toString();

        bench("--slots", "3", "--json");

        JsonNode report = new ObjectMapper().readTree(out.toString().substring(written.length()));
        assertThat(report.get("rows")).hasSize(4);
        JsonNode lru = report.get("rows").get(0);
        assertThat(lru.get("policy").textValue()).isEqualTo("lru");
        assertThat(lru.get("refused").intValue()).isZero();
        assertThat(lru.get("hits").intValue()).isBetween(1, 199);
        long loads = 200 - lru.get("hits").intValue();
        assertThat(lru.get("loadedBytes").longValue()).isEqualTo(loads * 8 * 512 * 16 * 4);
        assertThat(lru.get("reloadedBytes").longValue()).isEqualTo((loads - 6) * 8 * 512 * 16 * 4);
    }

    @Test
    void bench_badNumbers_areRefused() {
        run("adapter", "make", folder.toString(), "--count", "3");

        assertThat(bench("--slots", "4")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--slots must be from 1 to the number of adapters, 3: 4");
        assertThat(bench("--slots", "2", "--skew", "-1")).isEqualTo(2);
        assertThat(err.toString()).contains("--skew must be finite and at least 0: -1.0");
    }

    @Test
    void bench_folderWithoutAdapters_saysSo() {
        assertThat(bench("--slots", "2")).isEqualTo(2);
        assertThat(err.toString()).contains("wanted at least 2 adapters, found 0");
    }

    private int bench(String... more) {
        List<String> args =
                new ArrayList<>(
                        List.of("adapter", "bench", folder.toString(), "--activations", "200"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private byte[] weights(String name) throws IOException {
        return Files.readAllBytes(
                folder.resolve(name).resolve("adapter-000").resolve(AdapterReader.WEIGHTS_FILE));
    }

    private int run(String... args) {
        return Isobar.run(new PrintWriter(out), new PrintWriter(err), Map.of(), args);
    }
}
