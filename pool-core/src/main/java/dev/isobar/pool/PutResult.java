package dev.isobar.pool;

import dev.isobar.broker.ResourceRefusal;
import java.util.Objects;

/// What became of a value that was offered to a pool. Exhaustive: a `switch` over it needs no
/// `default`.
public sealed interface PutResult {

    /// The pool holds the value now, and will free it.
    ///
    /// @param bytes what it is charged
    record Stored(long bytes) implements PutResult {}

    /// The value did not get in, and nothing else changed: an older value under the same key is
    /// still there. The caller keeps the offered value.
    ///
    /// @param refusal why, with the numbers
    record Refused(ResourceRefusal refusal) implements PutResult {
        public Refused {
            Objects.requireNonNull(refusal, "refusal");
        }
    }

    /// Whether the value is in the pool.
    default boolean stored() {
        return this instanceof Stored;
    }
}
