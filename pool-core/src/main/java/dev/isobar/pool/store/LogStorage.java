package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What is behind a [SegmentLog].
sealed interface LogStorage permits LogStorage.None, SeenLog, OwnedLog {

    /// How long a key's payload is; -1 if it has none.
    int bytesOf(Fingerprint key);

    /// A key's payload, checked; null if it has none.
    byte @Nullable [] get(Fingerprint key);

    /// The same, and the key is no younger for it.
    byte @Nullable [] peek(Fingerprint key);

    /// Copies a key's payload, checked, to the beginning of a segment.
    ///
    /// @return how long it is; -1 if there is none
    int read(Fingerprint key, MemorySegment into);

    /// Stores a payload, or, if that is null, that the key is gone.
    CompletableFuture<WriteOutcome> append(
            Fingerprint key, @Nullable MemorySegment payload, Durability durability);

    List<Fingerprint> keys();

    long count();

    long liveBytes();

    long diskBytes();

    /// There is no store.
    ///
    /// @param reason why
    record None(String reason) implements LogStorage {

        /// Nothing is null.
        public None {
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public int bytesOf(Fingerprint key) {
            return -1;
        }

        @Override
        public byte @Nullable [] peek(Fingerprint key) {
            return null;
        }

        @Override
        public byte @Nullable [] get(Fingerprint key) {
            return null;
        }

        @Override
        public int read(Fingerprint key, MemorySegment into) {
            return -1;
        }

        @Override
        public CompletableFuture<WriteOutcome> append(
                Fingerprint key, @Nullable MemorySegment payload, Durability durability) {
            return CompletableFuture.completedFuture(new WriteOutcome.Unavailable(reason, null));
        }

        @Override
        public List<Fingerprint> keys() {
            return List.of();
        }

        @Override
        public long count() {
            return 0;
        }

        @Override
        public long liveBytes() {
            return 0;
        }

        @Override
        public long diskBytes() {
            return 0;
        }
    }
}
