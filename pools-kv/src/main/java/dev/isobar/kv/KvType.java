package dev.isobar.kv;

/// How the numbers of keys and values are written.
public enum KvType {
    /// 4 bytes a number.
    FLOAT32(128),
    /// 2 bytes a number.
    FLOAT16(64),
    /// 2 bytes a number, with the exponent of a float.
    BFLOAT16(64),
    /// 1 byte a number.
    FLOAT8(32),
    /// 1 byte a number.
    INT8(32),
    /// 32 numbers of one byte, and a scale.
    Q8_0(34),
    /// 32 numbers of half a byte, and a scale.
    Q4_0(18);

    /// Numbers are counted in groups of this many: {@value}.
    public static final int GROUP = 32;

    private final int bytesPerGroup;

    KvType(int bytesPerGroup) {
        this.bytesPerGroup = bytesPerGroup;
    }

    /// The size of so many numbers, in bytes.
    ///
    /// @param numbers at least 0; for the types with a scale a multiple of [#GROUP]
    /// @throws IllegalArgumentException if it is none
    public long bytes(long numbers) {
        if (numbers < 0 || numbers % groupOf() != 0) {
            throw new IllegalArgumentException(
                    "%s writes numbers in groups of %d: %d".formatted(this, groupOf(), numbers));
        }
        return Math.multiplyExact(numbers, (long) bytesPerGroup) / GROUP;
    }

    private int groupOf() {
        return bytesPerGroup % GROUP == 0 ? 1 : GROUP;
    }
}
