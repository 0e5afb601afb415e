package dev.isobar.lora.format;

/// How much of a file's header is believed. Real adapters stay far below the limits by default.
///
/// *Immutable.*
///
/// @param headerBytes the longest header, in bytes; from 1 to 1 GiB
/// @param tensors how many tensors there may be; at least 1
/// @param nameBytes the longest name of a tensor or a field, in bytes; at least 1
/// @param dimensions how many dimensions a tensor may have; at least 1
/// @param values how many metadata values there may be, those in arrays included; at least 1
/// @param depth how deep arrays and objects may nest; at least 1
public record FormatLimits(
        int headerBytes, int tensors, int nameBytes, int dimensions, int values, int depth) {

    private static final int MAX_HEADER_BYTES = 1 << 30;

    /// @throws IllegalArgumentException if a number is out of range
    public FormatLimits {
        if (headerBytes > MAX_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "headerBytes must be at most %d: %d".formatted(MAX_HEADER_BYTES, headerBytes));
        }
        requirePositive(headerBytes, "headerBytes");
        requirePositive(tensors, "tensors");
        requirePositive(nameBytes, "nameBytes");
        requirePositive(dimensions, "dimensions");
        requirePositive(values, "values");
        requirePositive(depth, "depth");
    }

    /// 16 MiB of header, 65536 tensors, a million values, names of 512 bytes, 8 dimensions, depth 8.
    public static FormatLimits defaults() {
        return new FormatLimits(16 << 20, 1 << 16, 512, 8, 1 << 20, 8);
    }

    private static void requirePositive(int number, String name) {
        if (number < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + number);
        }
    }
}
