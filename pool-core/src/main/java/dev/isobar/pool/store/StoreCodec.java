package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// How a pool's values become bytes in a log, and values again.
///
/// *Safe for several threads.*
///
/// @param <K> the type of keys. A key names its value for good: a value that changes gets another key.
/// @param <V> the type of values
public interface StoreCodec<K, V> {

    /// The key's identity: every field of it is in there.
    Fingerprint fingerprint(K key);

    /// The key that had this fingerprint.
    K key(Fingerprint fingerprint);

    /// How many bytes a value takes when it is written; at least 0.
    int bytes(V value);

    /// Writes a value, which cannot be freed meanwhile.
    ///
    /// @param into exactly [#bytes] long
    void encode(V value, MemorySegment into);

    /// Makes a value of what was written.
    ///
    /// @param payload whole: its checksum is good. Who wrote it may have been of another version.
    /// @return the caller's own; null if it is stale: of another layout, or too old
    /// @throws dev.isobar.broker.ResourceRefusedException if there is no room for it
    @Nullable V decode(K key, MemorySegment payload);
}
