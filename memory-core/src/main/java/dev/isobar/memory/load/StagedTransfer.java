package dev.isobar.memory.load;

import dev.isobar.memory.load.Chunk.Piece;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// [LoadStrategy#STAGED]: one read for a chunk, then a copy for each piece.
final class StagedTransfer implements Transfer {

    @Override
    public void prepare(FileSource source) {
        // Every file can be read.
    }

    @Override
    public boolean stages(List<LoadItem> items) {
        return true;
    }

    @Override
    public void move(Chunk chunk, Lane lane) {
        Lane.Buffer buffer = lane.buffer();
        long begin = chunk.begin();
        long span = chunk.end() - begin;
        MemorySegment bytes = buffer.bytes().asSlice(0, span);
        ReadTransfer.read(chunk.source(), bytes, begin, lane.job());
        for (Piece piece : chunk.pieces()) {
            buffer.deliver(piece, piece.fileOffset() - begin);
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
