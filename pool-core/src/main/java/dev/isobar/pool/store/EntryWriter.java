package dev.isobar.pool.store;

import dev.isobar.pool.store.WriteOutcome.NoSpace;
import dev.isobar.pool.store.WriteOutcome.TooLarge;
import dev.isobar.pool.store.WriteOutcome.Unavailable;
import dev.isobar.pool.store.WriteOutcome.Unsettled;
import dev.isobar.pool.store.WriteOutcome.Written;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Publishes entries: room is made, a temporary file is written and forced, and moved into its place
/// in one step; then the folder is forced, the index changed, and the bytes of what was replaced are
/// given back. A failure touches nothing but the temporary file. The store's thread only.
final class EntryWriter {

    private final OwnedRoot root;

    EntryWriter(OwnedRoot root) {
        this.root = root;
    }

    WriteOutcome put(Fingerprint key, EntryWrite what, MemorySegment payload) {
        long bytes = EntryHeader.BYTES + payload.byteSize();
        long limit = Math.min(root.budgetBytes(), WarmStore.MAX_PAYLOAD_BYTES);
        if (bytes > limit) {
            return new TooLarge(bytes, limit);
        }
        if (!root.breaker().permits()) {
            return new Unavailable("writes to " + root.path() + " are paused: they failed", null);
        }
        EntryName name = new EntryName(key, what.run(), what.role());
        Slot old = root.index().find(name);
        if (!root.room().make(bytes - (old == null ? 0 : old.info().diskBytes()), name)) {
            root.breaker().abandoned();
            return new NoSpace(bytes, root.room().full(bytes));
        }
        return publish(name, what, payload, bytes);
    }

    private WriteOutcome publish(
            EntryName name, EntryWrite what, MemorySegment payload, long bytes) {
        EntryInfo info = info(name, what, payload.byteSize(), bytes);
        EntryHeader header = new EntryHeader(info, crc(payload));
        Path file = root.paths().file(name);
        try {
            root.rootFiles().publish(file, header.encode(), payload, what.durability());
        } catch (IOException e) {
            root.breaker().failed();
            return failure(bytes, e);
        }
        swap(new Slot(name, info, root.nanos()), root.index().find(name));
        return settle(StorePaths.parent(file), what.durability(), info);
    }

    private void swap(Slot slot, @Nullable Slot old) {
        root.index().put(slot);
        long released = old == null ? 0 : old.info().diskBytes();
        root.use().add(DiskUse.Part.ENTRIES, slot.info().diskBytes() - released);
    }

    /// The file has its name; now the name has to last.
    private WriteOutcome settle(Path folder, Durability durability, EntryInfo info) {
        if (durability == Durability.FULL) {
            try {
                root.files().forceFolder(folder);
            } catch (IOException e) {
                root.breaker().failed();
                return new Unsettled(info.generation(), "the folder was not forced: " + e);
            }
        }
        root.breaker().succeeded();
        return new Written(info.generation(), info.diskBytes());
    }

    private EntryInfo info(EntryName name, EntryWrite what, long payloadBytes, long bytes) {
        return new EntryInfo(
                name.key(),
                name.run(),
                name.role(),
                what.score(),
                what.iteration(),
                what.schema(),
                root.config().producer(),
                root.nextGeneration(),
                Instant.ofEpochMilli(root.millis()),
                payloadBytes,
                bytes);
    }

    /// A full disk has several names, and Java keeps no numbers.
    static WriteOutcome failure(long bytes, IOException e) {
        String said = String.valueOf(e.getMessage());
        boolean full =
                said.contains("No space left")
                        || said.contains("quota exceeded")
                        || said.contains("File too large");
        return full ? new NoSpace(bytes, said) : new Unavailable("the file system failed: " + e, e);
    }

    static int crc(MemorySegment payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.asByteBuffer());
        return (int) crc.getValue();
    }
}
