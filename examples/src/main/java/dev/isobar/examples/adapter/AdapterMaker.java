package dev.isobar.examples.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isobar.lora.format.AdapterReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Writes valid small PEFT adapters with random weights, for demos and tests. Equal numbers and names
/// give equal files.
///
/// *Immutable.*
///
/// @param rank from 1 to 65536
/// @param layers how many layers, with a query and a value projection each; at least 1
/// @param hidden the width of the model; at least 1
public record AdapterMaker(int rank, int layers, int hidden) {

    private static final List<String> MODULES = List.of("q_proj", "v_proj");
    private static final int HEADER_STEP = 8;
    private static final float SPREAD = 0.02f;
    private static final int MAX_RANK = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @throws IllegalArgumentException if a number is out of range, or a matrix beyond 1 GiB
    public AdapterMaker {
        if (rank < 1 || rank > MAX_RANK || layers < 1 || hidden < 1) {
            throw new IllegalArgumentException(
                    "wanted a rank from 1 to %d, and layers and hidden from 1 on: rank=%d, layers=%d, hidden=%d"
                            .formatted(MAX_RANK, rank, layers, hidden));
        }
        if ((long) rank * hidden * Float.BYTES > 1L << 30) {
            throw new IllegalArgumentException(
                    "a matrix of %d x %d floats is beyond 1 GiB".formatted(rank, hidden));
        }
    }

    /// Writes an adapter's folder; what was there is overwritten.
    ///
    /// @param seed decides the weights
    public void write(Path folder, long seed) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(AdapterReader.CONFIG_FILE), config());
        SplittableRandom random = new SplittableRandom(seed);
        List<Matrix> matrices = matrices();
        try (OutputStream out = Files.newOutputStream(folder.resolve(AdapterReader.WEIGHTS_FILE))) {
            out.write(header(matrices));
            for (Matrix matrix : matrices) {
                out.write(weights(matrix.bytes(), random));
            }
        }
    }

    private byte[] config() throws IOException {
        ObjectNode config =
                JSON.createObjectNode()
                        .put("peft_type", "LORA")
                        .put("base_model_name_or_path", "isobar-demo-" + hidden)
                        .put("r", rank)
                        .put("lora_alpha", 2 * rank)
                        .put("bias", "none")
                        .put("task_type", "CAUSAL_LM");
        MODULES.forEach(config.putArray("target_modules")::add);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
    }

    private List<Matrix> matrices() {
        List<Matrix> matrices = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (String module : MODULES) {
                String name =
                        "base_model.model.model.layers.%d.self_attn.%s.lora_"
                                .formatted(layer, module);
                matrices.add(new Matrix(name + "A.weight", rank, hidden));
                matrices.add(new Matrix(name + "B.weight", hidden, rank));
            }
        }
        return matrices;
    }

    /// The length, and the header, padded with spaces as Hugging Face's library does it.
    private static byte[] header(List<Matrix> matrices) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Matrix matrix : matrices) {
            ObjectNode tensor = header.putObject(matrix.name).put("dtype", "F32");
            tensor.putArray("shape").add(matrix.rows).add(matrix.columns);
            tensor.putArray("data_offsets").add(offset).add(offset + matrix.bytes());
            offset += matrix.bytes();
        }
        String json = JSON.writeValueAsString(header);
        String padded = json + " ".repeat(Math.floorMod(-json.length(), HEADER_STEP));
        byte[] bytes = padded.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] weights(int bytes, SplittableRandom random) {
        ByteBuffer weights = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (weights.hasRemaining()) {
            weights.putFloat((float) random.nextDouble(-SPREAD, SPREAD));
        }
        return weights.array();
    }

    private record Matrix(String name, int rows, int columns) {
        int bytes() {
            return rows * columns * Float.BYTES;
        }
    }
}
