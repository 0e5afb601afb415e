package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.Chunk.Piece;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// [LoadStrategy#MAPPED]: copies out of the mapping of the file.
///
/// Only Java's own copies touch mapped bytes, because they survive a file that is cut short. What goes
/// to a device is copied to a staging buffer first.
final class MappedTransfer implements Transfer {

    private static final String OWNER = "loader";

    private final Map<FileSource, MappingLease> leases = new ConcurrentHashMap<>();

    @Override
    public void prepare(FileSource source) {
        leases.put(source, source.sources.leaseWhole(source, OWNER));
    }

    @Override
    public boolean stages(ChunkPlan plan) {
        return Transfer.leavesHost(plan);
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
