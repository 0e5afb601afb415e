package dev.isobar.kv;

import java.util.Objects;

/// What one token's keys and values are made of, and how many tokens are in a block.
///
/// *Immutable.*
///
/// @param layers how many layers keep keys and values; at least 1
/// @param kvHeads heads of keys and values in a layer; at least 1
/// @param headDim numbers in a head; at least 1
/// @param keys how keys are written
/// @param values how values are written
/// @param tokensPerBlock from 1 to [#MAX_TOKENS]
public record KvShape(
        int layers, int kvHeads, int headDim, KvType keys, KvType values, int tokensPerBlock) {

    /// The most tokens of a block: {@value}.
    public static final int MAX_TOKENS = 1 << 16;

    /// @throws IllegalArgumentException if a number is out of range, or does not go with its type
    public KvShape {
        require("layers", layers, Integer.MAX_VALUE);
        require("kvHeads", kvHeads, Integer.MAX_VALUE);
        require("headDim", headDim, Integer.MAX_VALUE);
        require("tokensPerBlock", tokensPerBlock, MAX_TOKENS);
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(values, "values");
        long numbers = Math.multiplyExact((long) kvHeads, headDim);
        keys.bytes(numbers);
        values.bytes(numbers);
    }

    /// The keys and values of one token in all layers, in bytes.
    public long bytesPerToken() {
        long numbers = Math.multiplyExact((long) kvHeads, headDim);
        return Math.multiplyExact((long) layers, keys.bytes(numbers) + values.bytes(numbers));
    }

    /// A block, in bytes.
    public long bytesPerBlock() {
        return Math.multiplyExact(bytesPerToken(), (long) tokensPerBlock);
    }

    /// How many blocks so many tokens take.
    public int blocks(int tokens) {
        return Math.ceilDiv(tokens, tokensPerBlock);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s must be from 1 to %d: %d".formatted(name, most, value));
        }
    }
}
