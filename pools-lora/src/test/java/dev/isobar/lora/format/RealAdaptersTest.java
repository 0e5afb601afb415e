package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Adapters that other tools wrote: names, shapes, types and bytes are those that the tools say.
class RealAdaptersTest {

    private static final Path ADAPTERS = adapters();

    private final FileSources sources = new FileSources();
    private final AdapterReader reader = new AdapterReader(sources);

    @BeforeEach
    void requireAdapters() {
        assumeTrue(
                Files.isRegularFile(ADAPTERS.resolve("expected.json")),
                "no adapters of other tools in " + ADAPTERS);
    }

    @AfterEach
    void close() {
        sources.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qv-r8-f32", "all-linear-r16-bf16"})
    void peftFolder_isReadToTheByte(String name) throws IOException {
        AdapterDescription adapter = reader.read(ADAPTERS.resolve(name));

        assertThat(adapter.baseModel()).isEqualTo("tiny-random-llama");
        assertThat(adapter.warnings()).isEmpty();
        JsonNode tensors = expected().path(name).path("tensors");
        assertThat(adapter.file().tensors()).hasSize(tensors.size());
        for (TensorInfo tensor : adapter.file().tensors()) {
            JsonNode node = tensors.path(tensor.name());
            assertThat(tensor.type()).hasToString(node.path("dtype").asText());
            requireSame(adapter, tensor, node, "shape");
        }
    }

    @Test
    void ggufFile_isReadToTheByte() throws IOException {
        AdapterDescription adapter = reader.read(ADAPTERS.resolve("tiny-r8-f32.gguf"));

        JsonNode tensors = expected().path("tiny-r8-f32.gguf");
        assertThat(adapter.file().tensors()).hasSize(tensors.size());
        assertThat(adapter.rank()).isEqualTo(8);
        assertThat(adapter.modules()).hasSize(4).allMatch(each -> each.scale() == 2.0);
        for (TensorInfo tensor : adapter.file().tensors()) {
            assertThat(tensor.type()).isEqualTo(TensorType.F32);
            requireSame(adapter, tensor, tensors.path(tensor.name()), "shape_rows_cols");
        }
    }

    @Test
    void dora_isRefusedByName() {
        assertThatThrownBy(() -> reader.read(ADAPTERS.resolve("dora-r8")))
                .isInstanceOf(AdapterFormatException.class)
                .hasMessageContaining("DoRA is not supported");
    }

    private static void requireSame(
            AdapterDescription adapter, TensorInfo tensor, JsonNode node, String shapeField)
            throws IOException {
        assertThat(tensor.shape().toString().replace(" ", ""))
                .isEqualTo(node.path(shapeField).toString());
        byte[] file = Files.readAllBytes(adapter.weights());
        byte[] bytes = Arrays.copyOfRange(file, (int) tensor.offset(), (int) tensor.end());
        assertThat(sha256(bytes)).isEqualTo(node.path("sha256").asText());
    }

    private static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(ADAPTERS.resolve("expected.json").toFile());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Where `ISOBAR_ADAPTERS` says, else `shared/data/adapters` in or beside one of the folders
    /// above.
    private static Path adapters() {
        Map<String, String> env = System.getenv();
        if (env.containsKey("ISOBAR_ADAPTERS")) {
            return Path.of(env.get("ISOBAR_ADAPTERS"));
        }
        Path found = Path.of("shared", "data", "adapters");
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared").resolve("data").resolve("adapters");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return found;
    }
}
