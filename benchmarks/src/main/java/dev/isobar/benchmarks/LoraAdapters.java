package dev.isobar.benchmarks;

import dev.isobar.lora.format.AdapterReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;

/// PEFT adapters in a folder of their own, which is deleted in the end.
///
/// *One thread only.*
final class LoraAdapters implements AutoCloseable {

    private static final int RANK = 64;
    private static final int HEADER_STEP = 8;
    private static final int PART_BYTES = 1 << 20;

    private final Path folder;

    LoraAdapters() throws IOException {
        folder = Files.createTempDirectory("isobar-bench-lora");
    }

    /// Writes an adapter of one module and rank 64.
    ///
    /// @param bytes of its weights; a multiple of 512
    Path write(String name, long bytes) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve(name));
        Files.writeString(
                adapter.resolve(AdapterReader.CONFIG_FILE),
                """
                {"peft_type":"LORA","base_model_name_or_path":"bench","r":64,"lora_alpha":64,\
                "target_modules":["q_proj"]}
                """);
        try (OutputStream out =
                Files.newOutputStream(adapter.resolve(AdapterReader.WEIGHTS_FILE))) {
            out.write(header(bytes));
            byte[] part = new byte[PART_BYTES];
            new Random(1).nextBytes(part);
            for (long at = 0; at < bytes; at += part.length) {
                out.write(part, 0, (int) Math.min(part.length, bytes - at));
            }
        }
        return adapter;
    }

    private static byte[] header(long bytes) {
        long half = bytes / 2;
        long width = half / (RANK * Float.BYTES);
        String name = "base_model.model.layers.0.self_attn.q_proj.lora_";
        String json =
                """
                {"%sA.weight":{"dtype":"F32","shape":[%d,%d],"data_offsets":[0,%d]},\
                "%sB.weight":{"dtype":"F32","shape":[%d,%d],"data_offsets":[%d,%d]}}\
                """
                        .formatted(name, RANK, width, half, name, width, RANK, half, bytes);
        int length = Math.ceilDiv(json.length(), HEADER_STEP) * HEADER_STEP;
        byte[] padded = (json + " ".repeat(HEADER_STEP)).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(Long.BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(padded, 0, length)
                .array();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
