package dev.isobar.lora.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A file's header, read and checked: every tensor lies inside the file, none overlap, and nothing
/// lies between them but the padding that the format has.
///
/// *Immutable.*
///
/// @param file the file, as the caller named it
/// @param tensors all tensors, by offset, then by name
/// @param metadata the file's own fields, in its order
/// @param dataOffset where the tensors' bytes begin, counted from the beginning of the file
/// @param dataEnd where the last tensor ends
public record TensorFile(
        String file,
        List<TensorInfo> tensors,
        Map<String, MetadataValue> metadata,
        long dataOffset,
        long dataEnd) {

    /// Copies the tensors.
    public TensorFile {
        Objects.requireNonNull(file, "file");
        tensors = List.copyOf(tensors);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /// How many bytes the tensors take, padding included.
    public long dataBytes() {
        return dataEnd - dataOffset;
    }
}
