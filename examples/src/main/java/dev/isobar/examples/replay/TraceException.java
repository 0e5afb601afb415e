package dev.isobar.examples.replay;

import java.io.IOException;

/// A trace cannot be read. The message names the file, the place in it and the reason.
public final class TraceException extends IOException {

    private static final long serialVersionUID = 1L;

    TraceException(String file, String place, String reason) {
        super("%s, %s: %s".formatted(file, place, reason));
    }

    TraceException(String file, String reason, IOException cause) {
        super("%s: %s".formatted(file, reason), cause);
    }
}
