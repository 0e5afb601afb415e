package dev.isobar.lora.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isobar.memory.load.FileSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Reads the header of a safetensors file: 8 bytes of length, so much JSON, and then the tensors,
/// which tile the rest of the file without a gap.
///
/// Reads nothing but the header, and allocates in proportion to it; a length that the file, or the
/// limits, do not allow is refused before anything is allocated.
///
/// *Immutable.*
public final class SafetensorsReader {

    private static final int LENGTH_BYTES = Long.BYTES;
    private static final String METADATA = "__metadata__";

    private final FormatLimits limits;
    private final StrictJson json;

    /// @param limits how much is believed
    public SafetensorsReader(FormatLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.json = new StrictJson(limits);
    }

    /// Reads and checks a file's header.
    ///
    /// @throws AdapterFormatException if the file is no good
    public TensorFile read(FileSource source) {
        return read(FileBytes.of(source));
    }

    /// Reads and checks the header of a file that is in memory.
    ///
    /// @param name what messages call it
    /// @throws AdapterFormatException if the file is no good
    public TensorFile read(String name, byte[] bytes) {
        return read(FileBytes.of(name, bytes));
    }

    private TensorFile read(FileBytes file) {
        int headerBytes = headerBytes(file);
        byte[] header = file.read(LENGTH_BYTES, headerBytes);
        if (header[0] != '{') {
            throw AdapterFormatException.of(
                    FormatFault.NOT_THE_FORMAT,
                    file.name(),
                    "not a safetensors file: the header does not begin with '{'");
        }
        JsonNode root = json.object(file.name(), header);
        long dataOffset = LENGTH_BYTES + (long) headerBytes;
        TensorLayout layout = new TensorLayout(file.name(), limits);
        Map<String, MetadataValue> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                readMetadata(layout, field.getValue(), metadata);
            } else {
                readTensor(layout, field.getKey(), field.getValue(), dataOffset, file.size());
            }
        }
        List<TensorInfo> tensors = layout.tiled(dataOffset, file.size(), 1);
        return new TensorFile(file.name(), tensors, metadata, dataOffset, file.size());
    }

    private int headerBytes(FileBytes file) {
        if (file.size() < LENGTH_BYTES + 2) {
            throw AdapterFormatException.of(
                    FormatFault.TRUNCATED,
                    file.name(),
                    "%d bytes are too few for a safetensors file".formatted(file.size()));
        }
        long length =
                ByteBuffer.wrap(file.read(0, LENGTH_BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
        if (length < 2 || length > file.size() - LENGTH_BYTES) {
            throw AdapterFormatException.of(
                    length < 2 ? FormatFault.NOT_THE_FORMAT : FormatFault.TRUNCATED,
                    file.name(),
                    "a header of %s bytes in a file of %d"
                            .formatted(Long.toUnsignedString(length), file.size()));
        }
        if (length > limits.headerBytes()) {
            throw AdapterFormatException.of(
                    FormatFault.TOO_MUCH,
                    file.name(),
                    "a header of %d bytes, at most %d".formatted(length, limits.headerBytes()));
        }
        return (int) length;
    }

    private void readMetadata(TensorLayout layout, JsonNode node, Map<String, MetadataValue> into) {
        if (node.isNull()) {
            return;
        }
        if (!node.isObject() || node.size() > limits.values()) {
            throw layout.fault(
                    FormatFault.MALFORMED,
                    METADATA,
                    "wanted an object of at most %d fields".formatted(limits.values()));
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw layout.fault(
                        FormatFault.BAD_TYPE, METADATA, "field " + field.getKey() + " is no text");
            }
            into.put(
                    layout.name(field.getKey()),
                    new MetadataValue.Text(field.getValue().textValue()));
        }
    }

    private static void readTensor(
            TensorLayout layout, String name, JsonNode node, long dataOffset, long fileBytes) {
        layout.name(name);
        if (!node.isObject()
                || node.size() != 3
                || !node.path("dtype").isTextual()
                || !node.path("shape").isArray()
                || !node.path("data_offsets").isArray()
                || node.path("data_offsets").size() != 2) {
            throw layout.fault(
                    FormatFault.MALFORMED, name, "wanted dtype, shape and two data_offsets");
        }
        String typeName = node.path("dtype").textValue();
        TensorType type =
                TensorType.ofSafetensors(typeName)
                        .orElseThrow(() ->
                                layout.fault(
                                        FormatFault.BAD_TYPE, name, "unknown dtype " + typeName));
        List<Long> shape = shape(layout, name, node.path("shape"));
        long begin = whole(layout, name, node.path("data_offsets").path(0), "an offset");
        long end = whole(layout, name, node.path("data_offsets").path(1), "an offset");
        if (begin > end || end > fileBytes - dataOffset) {
            throw layout.fault(
                    FormatFault.OUTSIDE,
                    name,
                    "bytes %d to %d of %d".formatted(begin, end, fileBytes - dataOffset));
        }
        long bytes = layout.bytes(name, type, shape);
        if (bytes != end - begin) {
            throw layout.fault(
                    FormatFault.SIZE_MISMATCH,
                    name,
                    "%s of shape %s has %d bytes, not %d"
                            .formatted(type, shape, bytes, end - begin));
        }
        layout.add(name, type, shape, dataOffset + begin, bytes);
    }

    private static List<Long> shape(TensorLayout layout, String name, JsonNode node) {
        layout.requireDimensions(name, node.size());
        List<Long> shape = new ArrayList<>();
        for (JsonNode length : node) {
            shape.add(whole(layout, name, length, "a dimension"));
        }
        return shape;
    }

    private static long whole(TensorLayout layout, String name, JsonNode node, String what) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw layout.fault(
                    FormatFault.BAD_VALUE,
                    name,
                    "%s must be a whole number from 0 on".formatted(what));
        }
        return node.longValue();
    }
}
