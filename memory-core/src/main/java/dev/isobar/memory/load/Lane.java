package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.OutOfSpaceException;
import dev.isobar.memory.PendingCopy;
import dev.isobar.memory.SpaceKind;
import dev.isobar.memory.load.Chunk.Piece;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thread's part in a job: it takes chunks until there are none, and has a few staging buffers of
/// its own. While copies out of some buffers to a device are under way, it reads into the next; two
/// lanes overlap reads and copies within the host.
///
/// *One thread only.*
final class Lane implements AutoCloseable {

    private final LoadJob job;
    private final MemorySpace staging;
    private final long bufferBytes;
    private final int maxBuffers;

    /// All buffers, the one that was used longest ago first.
    private final Deque<Buffer> buffers = new ArrayDeque<>();

    Lane(LoadJob job, MemorySpace staging, long bufferBytes, int maxBuffers) {
        this.job = job;
        this.staging = staging;
        this.bufferBytes = bufferBytes;
        this.maxBuffers = maxBuffers;
    }

    /// Makes sure that there is one buffer at least.
    ///
    /// @return whether there is
    boolean reserve() {
        if (buffers.isEmpty()) {
            Buffer buffer = allocate();
            if (buffer == null) {
                return false;
            }
            buffers.add(buffer);
        }
        return true;
    }

    /// Moves chunks until there are none left, or there is a reason to stop.
    void run(Transfer transfer) {
        for (Chunk chunk = job.next(); chunk != null; chunk = job.next()) {
            try {
                transfer.move(chunk, this);
            } catch (RuntimeException | InternalError e) {
                chunkFailed(chunk, e, transfer);
            }
        }
    }

    /// A staging buffer that nobody uses: the first that is idle, or a new one, or the one that will
    /// be idle soonest.
    Buffer buffer() {
        Buffer oldest = buffers.peekFirst();
        if (oldest == null) {
            throw LoadException.of(
                    LoadError.NO_STAGING, "", "no room for a staging buffer in " + staging.name());
        }
        if (!oldest.idle() && buffers.size() < maxBuffers) {
            Buffer more = allocate();
            if (more != null) {
                buffers.addLast(more);
                return more;
            }
        }
        buffers.removeFirst();
        buffers.addLast(oldest);
        oldest.finish();
        return oldest;
    }

    LoadJob job() {
        return job;
    }

    static boolean inHost(MemoryBlock block) {
        SpaceKind kind = block.space().kind();
        return kind == SpaceKind.HOST || kind == SpaceKind.MAPPED_FILE;
    }

    /// Waits for the copies and gives the buffers back.
    @Override
    public void close() {
        for (Buffer buffer : buffers) {
            buffer.finish();
            staging.free(buffer.block);
            job.stagingGiven(bufferBytes);
        }
        buffers.clear();
    }

    private void chunkFailed(Chunk chunk, Throwable failure, Transfer transfer) {
        if (!job.perItem() || chunk.pieces().size() == 1) {
            job.failed(culprit(chunk, failure), failure);
            return;
        }
        for (Piece piece : chunk.pieces()) {
            long window = Math.max(chunk.windowOffset(), transfer.aligned(piece.fileOffset()));
            try {
                transfer.move(new Chunk(chunk.source(), window, List.of(piece)), this);
            } catch (RuntimeException | InternalError e) {
                job.failed(piece, e);
            }
        }
    }

    /// The piece in which a chunk failed.
    private static Piece culprit(Chunk chunk, Throwable failure) {
        if (failure instanceof LoadException e && e.bytes() > 0) {
            for (Piece piece : chunk.pieces()) {
                if (e.offset() < piece.fileEnd()) {
                    return piece;
                }
            }
        }
        return chunk.pieces().getFirst();
    }

    private @Nullable Buffer allocate() {
        try {
            MemoryBlock block = staging.allocate(bufferBytes, LoadPolicy.CHUNK_STEP_BYTES);
            job.stagingTaken(bufferBytes);
            return new Buffer(block, staging.view(block));
        } catch (OutOfSpaceException _) {
            return null;
        }
    }

    /// A staging buffer, and the copies out of it that are under way.
    final class Buffer {

        private final MemoryBlock block;
        private final MemorySegment bytes;
        private final List<Copy> copies = new ArrayList<>();

        Buffer(MemoryBlock block, MemorySegment bytes) {
            this.block = block;
            this.bytes = bytes;
        }

        MemorySegment bytes() {
            return bytes;
        }

        boolean idle() {
            return copies.isEmpty();
        }

        /// Copies a piece to where it belongs, or begins to.
        void deliver(Piece piece, long from) {
            MemorySegment source = bytes.asSlice(from, piece.bytes());
            MemoryBlock target = piece.item().target();
            if (inHost(target)) {
                target.space().copyIn(source, target, piece.targetOffset());
                job.arrived(piece.bytes());
            } else {
                copies.add(
                        new Copy(
                                piece,
                                target.space().copyInAsync(source, target, piece.targetOffset())));
            }
        }

        /// Waits for the copies; says how they went.
        void finish() {
            for (Copy copy : copies) {
                try {
                    copy.pending.await();
                    job.arrived(copy.piece.bytes());
                } catch (RuntimeException e) {
                    job.failed(copy.piece, e);
                }
            }
            copies.clear();
        }
    }

    private record Copy(Piece piece, PendingCopy pending) {}
}
