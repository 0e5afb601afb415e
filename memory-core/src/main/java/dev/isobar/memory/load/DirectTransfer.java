package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.Chunk.Piece;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// [LoadStrategy#DIRECT]: reads past the page cache. Such a read begins and ends at a block of the
/// disk, and so must its place in memory: where a chunk is one piece and lies that way, it is read in
/// place; everything else, which is the head and the tail of most ranges, goes through a buffer.
final class DirectTransfer implements Transfer {

    private static final long BLOCK_BYTES = LoadPolicy.CHUNK_STEP_BYTES;

    @Override
    public void prepare(FileSource source) {
        try {
            long block = source.direct().blockBytes();
            if (block < 1 || BLOCK_BYTES % block != 0) {
                throw LoadException.of(
                        LoadError.UNSUPPORTED_STRATEGY,
                        source.name(),
                        "blocks of %d bytes, wanted are divisors of %d"
                                .formatted(block, BLOCK_BYTES));
            }
        } catch (IOException e) {
            throw LoadException.of(LoadError.OPEN_FAILED, source.name(), e);
        }
    }

    @Override
    public boolean stages(List<LoadItem> items) {
        return true;
    }

    @Override
    public void move(Chunk chunk, Lane lane) {
        if (!moveInPlace(chunk, lane)) {
            moveThroughBuffer(chunk, lane);
        }
    }

    private static boolean moveInPlace(Chunk chunk, Lane lane) {
        Piece piece = chunk.pieces().getFirst();
        MemoryBlock target = piece.item().target();
        if (chunk.pieces().size() > 1 || !Lane.inHost(target)) {
            return false;
        }
        MemorySegment place =
                target.space().view(target).asSlice(piece.targetOffset(), piece.bytes());
        if ((piece.fileOffset() | place.address() | piece.bytes()) % BLOCK_BYTES != 0) {
            return false;
        }
        read(chunk.source(), place, piece.bytes(), piece.fileOffset(), lane.job());
        lane.job().arrived(piece.bytes());
        return true;
    }

    private static void moveThroughBuffer(Chunk chunk, Lane lane) {
        Lane.Buffer buffer = lane.buffer();
        long window = chunk.windowOffset();
        long wanted = chunk.end() - window;
        long whole = (wanted + BLOCK_BYTES - 1) & -BLOCK_BYTES;
        read(chunk.source(), buffer.bytes().asSlice(0, whole), wanted, window, lane.job());
        for (Piece piece : chunk.pieces()) {
            buffer.deliver(piece, piece.fileOffset() - window);
        }
    }

    private static void read(
            FileSource source, MemorySegment into, long wanted, long position, LoadJob job) {
        ReadTransfer.read(source, source.direct(), into, wanted, position, job);
    }

    @Override
    public void close() {
        // The source keeps the file open.
    }
}
