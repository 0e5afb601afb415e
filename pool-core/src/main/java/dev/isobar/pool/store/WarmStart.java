package dev.isobar.pool.store;

import java.util.Objects;

/// What a session may start from.
///
/// *Immutable.*
///
/// @param entry the stored state
/// @param source where it is from
public record WarmStart(StoredEntry entry, Source source) {

    /// Where a stored state is from.
    public enum Source {
        /// It was stored under the session's own key.
        EXACT,
        /// It belongs to something similar, and was given to the session by hand.
        SEED
    }

    /// Nothing is null.
    public WarmStart {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(source, "source");
    }

    /// Whether there is nothing left to do: a finished result of exactly this key, by a producer whose
    /// results are as good as one's own. A seed never is, however finished it was where it is from.
    public boolean isFinished() {
        return source == Source.EXACT && entry.isFinal();
    }
}
