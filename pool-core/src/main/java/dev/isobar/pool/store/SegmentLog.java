package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Many small values under exact keys: a log of a [WarmStore]. A key's last value counts. Writes of all
/// threads are gathered into groups that are forced to the disk at once; a look-up is one read.
///
/// *Safe for several threads.* After the store is closed, look-ups are misses and writes throw
/// [IllegalStateException].
public final class SegmentLog {

    private final WarmStore store;
    private final String name;

    SegmentLog(WarmStore store, String name) {
        this.store = store;
        this.name = name;
    }

    /// Whether the log has been opened; asking does not open it.
    public boolean opened() {
        return store.opened(name);
    }

    /// Its name.
    public String name() {
        return name;
    }

    /// Whether a key has a value. Nothing is read.
    public boolean contains(Fingerprint key) {
        return bytesOf(key).isPresent();
    }

    /// How long a key's value is, in bytes. Nothing is read.
    public OptionalInt bytesOf(Fingerprint key) {
        int bytes = storage().bytesOf(Objects.requireNonNull(key, "key"));
        return bytes < 0 ? OptionalInt.empty() : OptionalInt.of(bytes);
    }

    /// A key's value, its checksum good; empty if there is none, or none that can be read.
    public Optional<byte[]> get(Fingerprint key) {
        byte @Nullable [] found = storage().get(Objects.requireNonNull(key, "key"));
        store.count(found != null);
        return Optional.ofNullable(found);
    }

    /// As [#get], but the key is no younger for it, and nothing is counted.
    public Optional<byte[]> peek(Fingerprint key) {
        return Optional.ofNullable(storage().peek(Objects.requireNonNull(key, "key")));
    }

    /// Copies a key's value, its checksum good, to the beginning of some memory.
    ///
    /// @return how many bytes; -1 if there is no value, or none that can be read: what the memory
    ///     holds then is not said
    /// @throws IllegalArgumentException if the memory is too small; nothing was copied
    public int read(Fingerprint key, MemorySegment into) {
        Objects.requireNonNull(into, "into");
        int found = storage().read(Objects.requireNonNull(key, "key"), into);
        store.count(found >= 0);
        return found;
    }

    /// Stores a value and waits until it is as durable as is asked for. An interrupt does not end the
    /// wait.
    ///
    /// @throws IllegalStateException if the store is closed
    public WriteOutcome put(Fingerprint key, MemorySegment value, Durability durability) {
        return store.counted(appending(key, value, durability));
    }

    /// Stores a value; the answer comes when it is as durable as is asked for. The value is copied
    /// before this returns. Waits only if more than 32 MiB wait to be written.
    ///
    /// @throws IllegalStateException if the store is closed
    public CompletableFuture<WriteOutcome> append(
            Fingerprint key, MemorySegment value, Durability durability) {
        return appending(key, value, durability).copy();
    }

    /// Forgets a key. Waits until that is as durable as is asked for.
    ///
    /// @return anything but `Written` says that it is not on the disk yet: the key is not found any more,
    ///     but if the process ends before the next write that succeeds, it may be again
    /// @throws IllegalStateException if the store is closed
    public WriteOutcome remove(Fingerprint key, Durability durability) {
        Objects.requireNonNull(key, "key");
        store.requireOpen();
        return store.counted(
                storage().append(key, null, Objects.requireNonNull(durability, "durability")));
    }

    /// All keys that have a value, the last used or written first. O(n log n).
    public List<Fingerprint> keys() {
        return storage().keys();
    }

    /// How many keys have a value.
    public long count() {
        return storage().count();
    }

    /// How many bytes the values take, with what goes with them.
    public long liveBytes() {
        return storage().liveBytes();
    }

    /// How many bytes the log takes on disk.
    public long diskBytes() {
        return storage().diskBytes();
    }

    private CompletableFuture<WriteOutcome> appending(
            Fingerprint key, MemorySegment value, Durability durability) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(durability, "durability");
        store.requireOpen();
        return storage().append(key, value, durability);
    }

    private LogStorage storage() {
        return store.storage(name);
    }
}
