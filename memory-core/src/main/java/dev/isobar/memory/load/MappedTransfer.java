package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.Chunk.Piece;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// [LoadStrategy#MAPPED]: copies out of the mapping of the file.
///
/// Only Java's own copies touch mapped bytes, because they survive a file that is cut short. What goes
/// to a device is copied to a staging buffer first.
final class MappedTransfer implements Transfer {

    private static final String OWNER = "loader";

    /// Nothing is gained by longer copies.
    private static final long LONG_COPY_BYTES = 64L << 20;

    /// So many portions for each chunk that may be under way, lest threads wait for the last of them.
    private static final long PORTIONS = 4;

    private final Map<FileSource, MappingLease> leases = new ConcurrentHashMap<>();

    @Override
    public void prepare(FileSource source) {
        leases.put(source, source.sources.leaseWhole(source, OWNER));
    }

    /// More than the policy says where there is much: no buffer has to take it, and a long copy goes
    /// past the caches.
    @Override
    public long chunkBytes(LoadPolicy policy, List<LoadItem> items) {
        if (Transfer.leavesHost(items)) {
            return policy.chunkBytes();
        }
        long all = items.stream().mapToLong(item -> item.extent().bytes()).sum();
        long portion = Math.min(LONG_COPY_BYTES, all / (PORTIONS * policy.depth()));
        return Math.max(policy.chunkBytes(), portion & -LoadPolicy.CHUNK_STEP_BYTES);
    }

    @Override
    public boolean stages(List<LoadItem> items) {
        return Transfer.leavesHost(items);
    }

    @Override
    public void move(Chunk chunk, Lane lane) {
        MappingLease lease = Objects.requireNonNull(leases.get(chunk.source()));
        for (Piece piece : chunk.pieces()) {
            MemoryBlock target = piece.item().target();
            if (Lane.inHost(target)) {
                MemorySegment place =
                        target.space().view(target).asSlice(piece.targetOffset(), piece.bytes());
                lease.read(piece.fileOffset(), place);
                lane.job().read(piece.bytes());
                lane.job().arrived(piece.bytes());
            } else {
                Lane.Buffer buffer = lane.buffer();
                lease.read(piece.fileOffset(), buffer.bytes().asSlice(0, piece.bytes()));
                lane.job().read(piece.bytes());
                buffer.deliver(piece, 0);
            }
        }
    }

    @Override
    public void close() {
        for (MappingLease lease : leases.values()) {
            try {
                lease.close();
            } catch (LoadException _) {
                // It is still owned, listed among the leaks, and tried again when the registry
                // closes.
            }
        }
    }
}
