package dev.isobar.lora.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// All there is to know of an adapter before its weights are loaded: checked, and small.
///
/// *Immutable.*
///
/// @param format what sort of file it is
/// @param weights the file that has the weights
/// @param baseModel the model it was trained on, as the file names it; empty if a GGUF file does not
///     say
/// @param rank the greatest rank of its modules; at least 1
/// @param rsLora whether its scale is alpha/√rank
/// @param modules its pairs, by name
/// @param file the file's header
/// @param ranges which bytes of the file are loaded, one after the other; usually one range. Its padding is
///     loaded, copies of the base model's weights are not
/// @param warnings what is odd but no reason to refuse it, for people
public record AdapterDescription(
        Format format,
        Path weights,
        String baseModel,
        int rank,
        boolean rsLora,
        List<LoraModule> modules,
        TensorFile file,
        List<WeightRange> ranges,
        List<String> warnings) {

    /// The files an adapter may come in.
    public enum Format {
        /// A folder with `adapter_config.json` and `adapter_model.safetensors`.
        PEFT,
        /// One file with everything.
        GGUF
    }

    /// Copies the lists.
    public AdapterDescription {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(baseModel, "baseModel");
        Objects.requireNonNull(file, "file");
        modules = List.copyOf(modules);
        ranges = List.copyOf(ranges);
        warnings = List.copyOf(warnings);
    }

    /// How many bytes its tensors take, padding between them included: what has to be loaded. It
    /// depends on the adapter's real rank, and on nothing else.
    public long bytes() {
        WeightRange last = ranges.getLast();
        return last.position() + last.bytes();
    }

    /// Where a tensor's bytes begin in what is loaded.
    ///
    /// @throws IllegalArgumentException if they are not loaded
    public long position(TensorInfo tensor) {
        for (WeightRange range : ranges) {
            if (tensor.offset() >= range.offset() && tensor.end() <= range.end()) {
                return range.position() + tensor.offset() - range.offset();
            }
        }
        throw new IllegalArgumentException(
                "%s: tensor %s is not loaded".formatted(weights, tensor.name()));
    }
}
