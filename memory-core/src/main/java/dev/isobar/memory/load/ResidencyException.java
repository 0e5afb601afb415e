package dev.isobar.memory.load;

import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A [Residency] refused, or could not. Nothing changed, but for the state of a tensor that could not
/// be loaded.
public final class ResidencyException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int NO_TENSOR = -1;

    private final ResidencyError code;
    private final int tensor;

    ResidencyException(ResidencyError code, String detail) {
        this(code, NO_TENSOR, detail, null);
    }

    ResidencyException(ResidencyError code, int tensor, String detail) {
        this(code, tensor, detail, null);
    }

    ResidencyException(ResidencyError code, int tensor, String detail, @Nullable Throwable cause) {
        super(code + (tensor == NO_TENSOR ? "" : ", tensor " + tensor) + ": " + detail, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.tensor = tensor;
    }

    /// What went wrong.
    public ResidencyError code() {
        return code;
    }

    /// Which tensor; empty if none is to blame.
    public OptionalInt tensor() {
        return tensor == NO_TENSOR ? OptionalInt.empty() : OptionalInt.of(tensor);
    }
}
