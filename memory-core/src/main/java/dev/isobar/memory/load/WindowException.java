package dev.isobar.memory.load;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A [StreamingWindow] refused, or could not.
public final class WindowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final WindowError code;

    WindowException(WindowError code, String detail) {
        this(code, detail, null);
    }

    WindowException(WindowError code, String detail, @Nullable Throwable cause) {
        super(code + ": " + detail, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /// What went wrong.
    public WindowError code() {
        return code;
    }
}
