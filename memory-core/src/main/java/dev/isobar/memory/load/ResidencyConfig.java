package dev.isobar.memory.load;

/// How a [Residency] is set up.
///
/// *Immutable.*
///
/// @param name what people call it; not blank
/// @param budgetBytes what the blocks of resident tensors may occupy together; at least 1
/// @param maxTensors how many tensors there may be; from 1 to [#TENSORS_AT_MOST]
public record ResidencyConfig(String name, long budgetBytes, int maxTensors) {

    /// The most tensors by default: {@value}.
    public static final int DEFAULT_MAX_TENSORS = 1 << 16;

    /// The most tensors there can be: {@value}.
    public static final int TENSORS_AT_MOST = 1 << 24;

    /// @throws IllegalArgumentException if the name is blank or a number is out of range
    public ResidencyConfig {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        if (budgetBytes < 1 || maxTensors < 1 || maxTensors > TENSORS_AT_MOST) {
            throw new IllegalArgumentException(
                    "out of range: budgetBytes=" + budgetBytes + ", maxTensors=" + maxTensors);
        }
    }

    /// With as many tensors as by default.
    public static ResidencyConfig of(String name, long budgetBytes) {
        return new ResidencyConfig(name, budgetBytes, DEFAULT_MAX_TENSORS);
    }
}
