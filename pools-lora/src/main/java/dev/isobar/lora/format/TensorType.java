package dev.isobar.lora.format;

import java.util.Optional;

/// What a tensor's elements are. Little-endian, as both formats have them.
public enum TensorType {
    /// A byte that is 0 or 1.
    BOOL("BOOL", 1, 1, -1),
    /// Unsigned, 8 bits.
    U8("U8", 1, 1, -1),
    /// Signed, 8 bits.
    I8("I8", 1, 1, 24),
    /// 8-bit float, 5 bits of exponent.
    F8_E5M2("F8_E5M2", 1, 1, -1),
    /// 8-bit float, 4 bits of exponent.
    F8_E4M3("F8_E4M3", 1, 1, -1),
    /// Unsigned, 16 bits.
    U16("U16", 1, 2, -1),
    /// Signed, 16 bits.
    I16("I16", 1, 2, 25),
    /// IEEE half precision.
    F16("F16", 1, 2, 1),
    /// The upper half of a single.
    BF16("BF16", 1, 2, 30),
    /// Unsigned, 32 bits.
    U32("U32", 1, 4, -1),
    /// Signed, 32 bits.
    I32("I32", 1, 4, 26),
    /// IEEE single precision.
    F32("F32", 1, 4, 0),
    /// Unsigned, 64 bits.
    U64("U64", 1, 8, -1),
    /// Signed, 64 bits.
    I64("I64", 1, 8, 27),
    /// IEEE double precision.
    F64("F64", 1, 8, 28),
    /// 4 bits an element in blocks with one scale.
    Q4_0("", 32, 18, 2),
    /// 4 bits an element in blocks with scale and minimum.
    Q4_1("", 32, 20, 3),
    /// 5 bits an element in blocks with one scale.
    Q5_0("", 32, 22, 6),
    /// 5 bits an element in blocks with scale and minimum.
    Q5_1("", 32, 24, 7),
    /// 8 bits an element in blocks with one scale.
    Q8_0("", 32, 34, 8),
    /// 2 bits an element in blocks of blocks.
    Q2_K("", 256, 84, 10),
    /// 3 bits an element in blocks of blocks.
    Q3_K("", 256, 110, 11),
    /// 4 bits an element in blocks of blocks.
    Q4_K("", 256, 144, 12),
    /// 5 bits an element in blocks of blocks.
    Q5_K("", 256, 176, 13),
    /// 6 bits an element in blocks of blocks.
    Q6_K("", 256, 210, 14);

    private final String safetensorsName;
    private final int blockElements;
    private final int blockBytes;
    private final int ggufCode;

    TensorType(String safetensorsName, int blockElements, int blockBytes, int ggufCode) {
        this.safetensorsName = safetensorsName;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.ggufCode = ggufCode;
    }

    /// How many elements one block has; 1 for plain types.
    public int blockElements() {
        return blockElements;
    }

    /// The size of one block, in bytes.
    public int blockBytes() {
        return blockBytes;
    }

    /// Whether LoRA weights may have it: F32, F16, BF16 and, in GGUF files, quantised blocks.
    public boolean carriesWeights() {
        return this == F32 || this == F16 || this == BF16 || blockElements > 1;
    }

    static Optional<TensorType> ofSafetensors(String name) {
        for (TensorType type : values()) {
            if (!type.safetensorsName.isEmpty() && type.safetensorsName.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    static Optional<TensorType> ofGguf(long code) {
        for (TensorType type : values()) {
            if (type.ggufCode >= 0 && type.ggufCode == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
