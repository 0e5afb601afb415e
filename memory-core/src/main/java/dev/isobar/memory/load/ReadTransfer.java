package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.Chunk.Piece;
import dev.isobar.memory.load.FilePlatform.OpenFile;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// [LoadStrategy#READ]: each piece is read in place. Pieces that are neighbours both in the file and
/// in the target are read in one go. A piece that goes to a device is read into a buffer first.
final class ReadTransfer implements Transfer {

    @Override
    public void prepare(FileSource source) {
        // Every file can be read.
    }

    @Override
    public boolean stages(List<LoadItem> items) {
        return Transfer.leavesHost(items);
    }

    @Override
    public void move(Chunk chunk, Lane lane) {
        List<Piece> pieces = chunk.pieces();
        for (int first = 0; first < pieces.size(); ) {
            Piece piece = pieces.get(first);
            int end = first + 1;
            if (Lane.inHost(piece.item().target())) {
                while (end < pieces.size() && follows(pieces.get(end - 1), pieces.get(end))) {
                    end++;
                }
                readInPlace(pieces.subList(first, end), lane);
            } else {
                Lane.Buffer buffer = lane.buffer();
                MemorySegment bytes = buffer.bytes().asSlice(0, piece.bytes());
                read(chunk.source(), bytes, piece.fileOffset(), lane.job());
                buffer.deliver(piece, 0);
            }
            first = end;
        }
    }

    private static boolean follows(Piece before, Piece piece) {
        return piece.fileOffset() == before.fileEnd()
                && piece.item().target().equals(before.item().target())
                && piece.targetOffset() == before.targetOffset() + before.bytes();
    }

    private static void readInPlace(List<Piece> pieces, Lane lane) {
        Piece first = pieces.getFirst();
        long bytes = pieces.getLast().fileEnd() - first.fileOffset();
        MemoryBlock target = first.item().target();
        MemorySegment place = target.space().view(target).asSlice(first.targetOffset(), bytes);
        read(first.item().extent().source(), place, first.fileOffset(), lane.job());
        lane.job().arrived(bytes);
    }

    /// Reads from the page cache until the segment is full.
    static void read(FileSource source, MemorySegment into, long position, LoadJob job) {
        read(source, source.file(), into, into.byteSize(), position, job);
    }

    /// Reads until the segment is full, or has at least `wanted` bytes and the file ends.
    static void read(
            FileSource source,
            OpenFile file,
            MemorySegment into,
            long wanted,
            long position,
            LoadJob job) {
        source.readFully(file, into.asByteBuffer(), position, (int) wanted, job::read);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
