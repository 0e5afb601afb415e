package dev.isobar.lora.format;

import dev.isobar.memory.load.FileSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Reads the header of a GGUF file, version 2 or 3, little-endian: fields with all their types,
/// arrays included, and tensors, aligned to `general.alignment` bytes (32 if it is not said).
///
/// Reads nothing but the header; counts and lengths that the file, or the limits, do not allow are
/// refused before anything is allocated.
///
/// *Immutable.*
public final class GgufReader {

    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final String ALIGNMENT = "general.alignment";
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final int FIELD_BYTES_AT_LEAST = 8 + 1 + 4 + 1;
    private static final int TENSOR_BYTES_AT_LEAST = 8 + 1 + 4 + 4 + 8;
    private static final int TYPE_STRING = 8;
    private static final int TYPE_ARRAY = 9;

    private final FormatLimits limits;

    /// @param limits how much is believed
    public GgufReader(FormatLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
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
        GgufCursor cursor = new GgufCursor(file, limits);
        requireVersion(cursor);
        int tensorCount = cursor.count("tensors", TENSOR_BYTES_AT_LEAST, limits.tensors());
        int fieldCount = cursor.count("fields", FIELD_BYTES_AT_LEAST, limits.values());
        TensorLayout layout = new TensorLayout(file.name(), limits);
        Map<String, MetadataValue> fields = fields(cursor, layout, fieldCount);
        long alignment = alignment(layout, fields);
        List<Declared> declared = new ArrayList<>();
        for (int i = 0; i < tensorCount; i++) {
            declared.add(declared(cursor, layout));
        }
        long dataOffset = (cursor.position() + alignment - 1) & -alignment;
        for (Declared tensor : declared) {
            place(layout, tensor, dataOffset, file.size(), alignment);
        }
        if (declared.isEmpty()) {
            return new TensorFile(file.name(), List.of(), fields, file.size(), file.size());
        }
        List<TensorInfo> tensors = layout.tiled(dataOffset, file.size(), alignment);
        return new TensorFile(file.name(), tensors, fields, dataOffset, tensors.getLast().end());
    }

    private static void requireVersion(GgufCursor cursor) {
        if (cursor.i32() != MAGIC) {
            throw cursor.fault(
                    FormatFault.NOT_THE_FORMAT, "not a GGUF file: it does not begin with 'GGUF'");
        }
        int version = cursor.i32();
        if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
            throw cursor.fault(FormatFault.UNSUPPORTED, "a big-endian GGUF file");
        }
        if (version != 2 && version != 3) {
            throw cursor.fault(
                    FormatFault.UNSUPPORTED,
                    "GGUF version %s, known are 2 and 3"
                            .formatted(Integer.toUnsignedString(version)));
        }
    }

    private Map<String, MetadataValue> fields(GgufCursor cursor, TensorLayout layout, int count) {
        Map<String, MetadataValue> fields = new LinkedHashMap<>();
        Budget budget = new Budget(limits.values());
        for (int i = 0; i < count; i++) {
            String name = layout.name(cursor.string());
            MetadataValue value = value(cursor, layout, name, cursor.i32(), 1, budget);
            if (fields.putIfAbsent(name, value) != null) {
                throw layout.fault(
                        FormatFault.DUPLICATE_NAME, name, "there are two fields of that name");
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    private MetadataValue value(
            GgufCursor cursor,
            TensorLayout layout,
            String field,
            int type,
            int depth,
            Budget budget) {
        if (!budget.take()) {
            throw layout.fault(
                    FormatFault.TOO_MUCH, field, "more than %d values".formatted(limits.values()));
        }
        return switch (type) {
            case 0 -> new MetadataValue.Whole(cursor.u8());
            case 1 -> new MetadataValue.Whole((byte) cursor.u8());
            case 2 -> new MetadataValue.Whole(cursor.u16());
            case 3 -> new MetadataValue.Whole((short) cursor.u16());
            case 4 -> new MetadataValue.Whole(cursor.u32());
            case 5 -> new MetadataValue.Whole(cursor.i32());
            case 6 -> new MetadataValue.Real(cursor.f32());
            case 7 -> flag(cursor, layout, field);
            case TYPE_STRING -> new MetadataValue.Text(cursor.string());
            case TYPE_ARRAY -> array(cursor, layout, field, depth, budget);
            case 10, 11 -> new MetadataValue.Whole(cursor.i64());
            case 12 -> new MetadataValue.Real(cursor.f64());
            default ->
                    throw layout.fault(
                            FormatFault.BAD_TYPE,
                            field,
                            "unknown type %s".formatted(Integer.toUnsignedString(type)));
        };
    }

    private static MetadataValue flag(GgufCursor cursor, TensorLayout layout, String field) {
        int value = cursor.u8();
        if (value > 1) {
            throw layout.fault(
                    FormatFault.BAD_VALUE, field, "a bool must be 0 or 1: %d".formatted(value));
        }
        return new MetadataValue.Flag(value == 1);
    }

    private MetadataValue array(
            GgufCursor cursor, TensorLayout layout, String field, int depth, Budget budget) {
        if (depth >= limits.depth()) {
            throw layout.fault(
                    FormatFault.TOO_MUCH, field, "nested deeper than %d".formatted(limits.depth()));
        }
        int type = cursor.i32();
        int count = cursor.count("array elements", 1, limits.values());
        List<MetadataValue> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(value(cursor, layout, field, type, depth + 1, budget));
        }
        return new MetadataValue.Items(values);
    }

    private static long alignment(TensorLayout layout, Map<String, MetadataValue> fields) {
        MetadataValue value = fields.get(ALIGNMENT);
        if (value == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (value instanceof MetadataValue.Whole(long alignment)
                && alignment >= Long.BYTES
                && alignment <= MAX_ALIGNMENT
                && Long.bitCount(alignment) == 1) {
            return alignment;
        }
        throw layout.fault(
                FormatFault.BAD_VALUE,
                ALIGNMENT,
                "must be a power of two from 8 to %d: %s".formatted(MAX_ALIGNMENT, value));
    }

    private Declared declared(GgufCursor cursor, TensorLayout layout) {
        String name = layout.name(cursor.string());
        long dimensions = cursor.u32();
        layout.requireDimensions(name, dimensions);
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.addFirst(cursor.i64()); // GGUF has the fastest first
        }
        long code = cursor.u32();
        TensorType type =
                TensorType.ofGguf(code)
                        .orElseThrow(() ->
                                layout.fault(FormatFault.BAD_TYPE, name, "unknown type " + code));
        return new Declared(name, type, shape, cursor.i64());
    }

    private static void place(
            TensorLayout layout, Declared tensor, long dataOffset, long fileBytes, long alignment) {
        long bytes = layout.bytes(tensor.name, tensor.type, tensor.shape);
        if (tensor.offset % alignment != 0) {
            throw layout.fault(
                    FormatFault.BAD_VALUE,
                    tensor.name,
                    "offset %d is no multiple of %d".formatted(tensor.offset, alignment));
        }
        long room = fileBytes - dataOffset;
        if (tensor.offset < 0 || tensor.offset > room || bytes > room - tensor.offset) {
            throw layout.fault(
                    FormatFault.OUTSIDE,
                    tensor.name,
                    "%d bytes from %s on, the file has %d"
                            .formatted(
                                    bytes,
                                    Long.toUnsignedString(tensor.offset),
                                    Math.max(0, room)));
        }
        layout.add(tensor.name, tensor.type, tensor.shape, dataOffset + tensor.offset, bytes);
    }

    /// A tensor as the header has it.
    private record Declared(String name, TensorType type, List<Long> shape, long offset) {}

    /// How many values may still be kept.
    private static final class Budget {

        private int left;

        Budget(int left) {
            this.left = left;
        }

        boolean take() {
            return left-- > 0;
        }
    }
}
