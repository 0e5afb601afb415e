package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private byte[] weights(String name) throws IOException {
        return Files.readAllBytes(
                folder.resolve(name).resolve("adapter-000").resolve(AdapterReader.WEIGHTS_FILE));
    }

    private int run(String... args) {
        return Isobar.run(new PrintWriter(out), new PrintWriter(err), Map.of(), args);
    }
}
