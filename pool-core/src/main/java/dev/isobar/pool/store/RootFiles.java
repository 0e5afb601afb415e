package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes files under a root so that each is there whole or not at all. The store's thread only.
final class RootFiles {

    private final StoreFiles files;
    private final StorePaths paths;
    private final DiskUse use;
    private final Set<Path> lasting = new HashSet<>();
    private final List<Leftover> leftovers = new ArrayList<>();
    private long temporaries;

    /// A temporary file that could not be deleted.
    private record Leftover(Path path, long bytes) {}

    RootFiles(StoreFiles files, StorePaths paths, DiskUse use) {
        this.files = files;
        this.paths = paths;
        this.use = use;
    }

    /// Writes bytes into a temporary file and gives it its name, in one step. Nothing has happened if
    /// this throws, save that a temporary file may stay behind, charged and deleted later.
    ///
    /// The names of the folder do not last yet: [StoreFiles#forceFolder] is for the caller.
    void publish(Path target, ByteBuffer header, MemorySegment payload, Durability durability)
            throws IOException {
        deleteLeftovers();
        long bytes = header.remaining() + payload.byteSize();
        Path temporary = paths.temporary().resolve(++temporaries + ".tmp");
        use.add(DiskUse.Part.TEMPORARY, bytes);
        boolean moved = false;
        try {
            write(temporary, header, payload, durability);
            makeFolder(StorePaths.parent(target), durability);
            files.moveAtomically(temporary, target);
            moved = true;
        } finally {
            if (moved) {
                use.add(DiskUse.Part.TEMPORARY, -bytes);
            } else {
                discard(new Leftover(temporary, bytes));
            }
        }
    }

    private void write(Path path, ByteBuffer header, MemorySegment payload, Durability durability)
            throws IOException {
        try (StoreFiles.OpenFile file = files.create(path)) {
            int headerBytes = header.remaining();
            file.write(header, 0);
            file.write(payload.asByteBuffer(), headerBytes);
            if (durability != Durability.NONE) {
                file.force();
            }
        }
    }

    /// Makes a folder and those above it, up to the root. With [Durability#FULL] their names last:
    /// each is forced once, since an earlier process, or a less careful write, may have made it.
    void makeFolder(Path folder, Durability durability) throws IOException {
        if (folder.equals(paths.root()) || lasting.contains(folder)) {
            return;
        }
        Path parent = StorePaths.parent(folder);
        makeFolder(parent, durability);
        files.createFolder(folder);
        if (durability == Durability.FULL) {
            files.forceFolder(parent);
            lasting.add(folder);
        }
    }

    /// A folder is no longer there, or may not be.
    void forget(Path folder) {
        lasting.remove(folder);
    }

    /// The bytes of a small file; of no bytes if it is not there.
    byte[] read(Path path) throws IOException {
        try (StoreFiles.OpenFile file = files.open(path)) {
            long bytes = file.bytes();
            if (bytes > WarmStore.MAX_PAYLOAD_BYTES) {
                throw new IOException("%s has %d bytes".formatted(path, bytes));
            }
            ByteBuffer into = ByteBuffer.allocate((int) bytes);
            file.read(into, 0);
            return into.array();
        } catch (NoSuchFileException _) {
            return new byte[0];
        }
    }

    /// How long a file is; 0 if it is not there.
    long bytes(Path path) throws IOException {
        try (StoreFiles.OpenFile file = files.open(path)) {
            return file.bytes();
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    private void deleteLeftovers() {
        List<Leftover> again = List.copyOf(leftovers);
        leftovers.clear();
        again.forEach(this::discard);
    }

    private void discard(Leftover leftover) {
        try {
            files.delete(leftover.path);
            use.add(DiskUse.Part.TEMPORARY, -leftover.bytes);
        } catch (IOException _) {
            leftovers.add(leftover);
        }
    }
}
