package dev.isobar.memory.ffi;

/// A native library cannot be used. The message says why, in words for the user.
public final class LibraryUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LibraryUnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }

    LibraryUnavailableException(String reason) {
        super(reason);
    }
}
