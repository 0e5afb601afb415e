package dev.isobar.memory.load;

import java.util.List;

/// What is read at once: a window of a file, and the pieces of items in it.
///
/// *Immutable.*
///
/// @param source the file
/// @param windowOffset where the window begins, a multiple of the alignment; not after the first piece
/// @param pieces the pieces, in the order of the file, at least one; they do not overlap
record Chunk(FileSource source, long windowOffset, List<Piece> pieces) {

    /// Where the first piece begins in the file.
    long begin() {
        return pieces.getFirst().fileOffset;
    }

    /// Where the last piece ends in the file.
    long end() {
        return pieces.getLast().fileEnd();
    }

    /// The bytes of its pieces, without the gaps between them.
    long bytes() {
        long sum = 0;
        for (Piece piece : pieces) {
            sum += piece.bytes;
        }
        return sum;
    }

    /// A part of one item.
    ///
    /// *Immutable.*
    ///
    /// @param index which item
    /// @param item the item
    /// @param fileOffset where the part begins in the file
    /// @param bytes how long it is
    record Piece(int index, LoadItem item, long fileOffset, long bytes) {

        long fileEnd() {
            return fileOffset + bytes;
        }

        /// Where it goes in the item's block.
        long targetOffset() {
            return item.targetOffset() + (fileOffset - item.extent().offset());
        }
    }
}
