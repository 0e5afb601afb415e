package dev.isobar.pool.store;

import java.util.Arrays;
import java.util.Optional;

/// What an entry is to its run. A run keeps at most one of each.
public enum Role {
    /// The checkpoint with the best score so far.
    BEST,
    /// The newest checkpoint, however good.
    LAST,
    /// The finished result.
    FINAL;

    /// How files say it.
    int code() {
        return switch (this) {
            case BEST -> 0;
            case LAST -> 1;
            case FINAL -> 2;
        };
    }

    /// What a file says; empty if it is none of these.
    static Optional<Role> of(int code) {
        return Arrays.stream(values()).filter(each -> each.code() == code).findFirst();
    }
}
