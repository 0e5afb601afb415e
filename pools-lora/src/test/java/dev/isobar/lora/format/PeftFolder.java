package dev.isobar.lora.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A PEFT folder made by hand: settings as text, weights byte by byte.
public final class PeftFolder {

    private final List<String> tensors = new ArrayList<>();
    private String settings = "\"r\":2,\"lora_alpha\":4";
    private String targets = "[\"q_proj\"]";
    private int dataBytes;

    /// A folder whose one module is `layers.0.q_proj`, of rank 2.
    public static PeftFolder small() {
        return new PeftFolder().pair("layers.0.q_proj", 2, 4);
    }

    /// Other settings than rank 2 and alpha 4.
    public PeftFolder settings(String json) {
        settings = json.replace('\'', '"');
        return this;
    }

    public PeftFolder targets(String json) {
        targets = json.replace('\'', '"');
        return this;
    }

    /// The A and B of a module, F32.
    public PeftFolder pair(String module, int rank, int width) {
        String name = "base_model.model." + module;
        return tensor(name + ".lora_A.weight", rank, width)
                .tensor(name + ".lora_B.weight", width, rank);
    }

    public PeftFolder tensor(String name, int... shape) {
        int end = dataBytes + IntStream.of(shape).reduce(Float.BYTES, (a, b) -> a * b);
        tensors.add(
                "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                        .formatted(name, Arrays.toString(shape), dataBytes, end));
        dataBytes = end;
        return this;
    }

    /// Writes both files.
    public Path write(Path folder) {
        String config =
                "{\"peft_type\":\"LORA\",%s,\"target_modules\":%s,%s}"
                        .formatted(settings, targets, "\"base_model_name_or_path\":\"tiny\"");
        String header = "{" + String.join(",", tensors) + "}";
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("adapter_config.json"), config);
            Files.write(
                    folder.resolve("adapter_model.safetensors"),
                    HandMade.safetensors(header, HandMade.data(dataBytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }
}
