package dev.isobar.memory.load;

import java.util.Objects;

/// What will happen to mapped bytes.
public enum Advice {
    /// They will be read from front to back. The pages around the range are meant too.
    SEQUENTIAL,
    /// They will be read soon: begin to fetch them. The pages around the range are meant too.
    WILL_NEED,
    /// This process does not need them now. Only whole pages inside the range are meant. The system
    /// may keep them in its page cache.
    DONT_NEED,
    /// Nobody needs them now: drop them from the page cache too, if nobody else has them mapped.
    /// Only whole pages inside the range are meant.
    PAGE_OUT;

    /// Whether the pages are dropped.
    boolean drops() {
        return this == DONT_NEED || this == PAGE_OUT;
    }

    /// What became of a piece of advice.
    ///
    /// *Immutable.*
    ///
    /// @param applied whether the system took it
    /// @param reason why not; empty if it did
    public record Outcome(boolean applied, String reason) {

        static final Outcome APPLIED = new Outcome(true, "");

        /// @throws IllegalArgumentException if there is a reason for success, or none for failure
        public Outcome {
            Objects.requireNonNull(reason, "reason");
            if (applied != reason.isEmpty()) {
                throw new IllegalArgumentException("a reason exactly where it was not applied");
            }
        }

        /// The advice means nothing on this system; nothing is wrong.
        static Outcome noEffect(String reason) {
            return new Outcome(false, reason);
        }
    }
}
