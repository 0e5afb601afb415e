package dev.isobar.lora.format;

import java.util.Objects;

/// One layer's pair of matrices: what is added to its weight is `scale * B * A`.
///
/// *Immutable.*
///
/// @param name the layer, as the base model calls it
/// @param a the matrix that goes down to the rank
/// @param b the matrix that comes up from it
/// @param rank the length that the two have in common; at least 1
/// @param alpha the layer's alpha; 0 only in GGUF files, where it means a scale of 1
/// @param scale what the product is multiplied by: alpha/rank, or alpha/√rank for rsLoRA
public record LoraModule(
        String name, TensorInfo a, TensorInfo b, int rank, double alpha, double scale) {

    /// @throws IllegalArgumentException if the rank is not positive
    public LoraModule {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        if (rank < 1) {
            throw new IllegalArgumentException("rank must be at least 1: " + rank);
        }
    }
}
