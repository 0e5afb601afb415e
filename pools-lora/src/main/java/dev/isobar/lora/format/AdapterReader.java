package dev.isobar.lora.format;

import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Reads what an adapter is, from a PEFT folder or a GGUF file, and checks all of it but the weights
/// themselves. What is not supported is refused by name.
///
/// *Safe for several threads.*
public final class AdapterReader {

    /// The settings of a PEFT folder: {@value}.
    public static final String CONFIG_FILE = "adapter_config.json";

    /// The weights of a PEFT folder: {@value}.
    public static final String WEIGHTS_FILE = "adapter_model.safetensors";

    private final FileSources sources;
    private final FormatLimits limits;
    private final SafetensorsReader safetensors;
    private final GgufReader gguf;
    private final PeftConfigReader configs;

    /// A reader with the limits by default.
    public AdapterReader(FileSources sources) {
        this(sources, FormatLimits.defaults());
    }

    /// @param sources where the weights' file is registered, and stays so
    /// @param limits how much of a header is believed
    public AdapterReader(FileSources sources, FormatLimits limits) {
        this.sources = Objects.requireNonNull(sources, "sources");
        this.limits = limits;
        this.safetensors = new SafetensorsReader(limits);
        this.gguf = new GgufReader(limits);
        this.configs = new PeftConfigReader(limits);
    }

    /// Reads an adapter. Takes time in proportion to its header, not to its weights.
    ///
    /// @param path a folder of PEFT's, or a GGUF file
    /// @throws AdapterFormatException if it is no good, or cannot be read
    public AdapterDescription read(Path path) {
        if (!Files.isDirectory(path)) {
            return GgufAdapter.of(gguf.read(register(path)), path);
        }
        Path config = path.resolve(CONFIG_FILE);
        Path weights = path.resolve(WEIGHTS_FILE);
        PeftConfig settings = configs.read(config.toString(), bytes(config));
        return PeftAdapter.of(settings, safetensors.read(register(weights)), weights);
    }

    private FileSource register(Path path) {
        try {
            return sources.register(path);
        } catch (LoadException e) {
            throw AdapterFormatException.of(
                    FormatFault.UNREADABLE, path.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limits.headerBytes() + 1);
            if (bytes.length > limits.headerBytes()) {
                throw AdapterFormatException.of(
                        FormatFault.TOO_MUCH,
                        file.toString(),
                        "more than %d bytes".formatted(limits.headerBytes()));
            }
            return bytes;
        } catch (IOException e) {
            throw AdapterFormatException.of(
                    FormatFault.UNREADABLE, file.toString(), "cannot be read: " + e, e);
        }
    }
}
