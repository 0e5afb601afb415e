package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A copy between two places that the processor can reach, done by a virtual thread.
///
/// It goes in pieces and yields between them, so that a large copy does not keep a carrier for
/// itself. Small copies, and those of which one side belongs to the calling thread alone, are done
/// by the caller: starting a thread would cost more, or could not work.
final class CopyTask implements PendingCopy {

    /// Copies `bytes` bytes that begin `offset` bytes into the whole.
    interface Piece {
        void copy(long offset, long bytes);
    }

    private static final Thread ANOTHER_THREAD = Thread.ofVirtual().unstarted(() -> {});

    static final long SMALL_BYTES = 256L << 10;
    static final long PIECE_BYTES = 8L << 20;

    private final long bytes;
    private final long pieceBytes;
    private final Piece piece;
    private final long startNanos = System.nanoTime();
    private final CountDownLatch over = new CountDownLatch(1);
    // Written before the latch opens, read after.
    private @Nullable Throwable failure;
    private long endNanos;

    private CopyTask(long bytes, long pieceBytes, Piece piece) {
        this.bytes = bytes;
        this.pieceBytes = pieceBytes;
        this.piece = piece;
    }

    /// Begins a copy.
    ///
    /// @param whole whether it must be one piece, because the two sides overlap
    /// @param inCaller whether only the calling thread can do it
    static PendingCopy start(long bytes, boolean whole, boolean inCaller, Piece piece) {
        CopyTask task = new CopyTask(bytes, whole ? Math.max(1, bytes) : PIECE_BYTES, piece);
        if (inCaller || bytes <= SMALL_BYTES) {
            task.run();
        } else {
            Thread.ofVirtual().name("isobar-copy").start(task::run);
        }
        return task;
    }

    /// Whether any thread may use the segment, not only the calling one.
    static boolean reachableByAll(MemorySegment segment) {
        return segment.isAccessibleBy(ANOTHER_THREAD);
    }

    static void requireWritable(MemorySegment target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the target of a copy must not be read-only");
        }
    }

    /// What can be said of a block of any space before its space is asked to copy.
    static void requireSource(MemoryBlock from, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, from.bytes());
        if (from.freed()) {
            throw new IllegalStateException(
                    "space "
                            + from.space().name()
                            + ": the block is free already, or the space is closed");
        }
    }

    private void run() {
        try {
            for (long offset = 0; offset < bytes; offset += pieceBytes) {
                if (offset > 0) {
                    pauseForOthers();
                }
                piece.copy(offset, Math.min(pieceBytes, bytes - offset));
            }
        } catch (Throwable t) {
            failure = t;
        } finally {
            endNanos = System.nanoTime();
            over.countDown();
        }
    }

    /// Lets another virtual thread have the carrier. A courtesy: nothing relies on it.
    @SuppressWarnings("ThreadPriorityCheck")
    private static void pauseForOthers() {
        Thread.yield();
    }

    @Override
    public boolean done() {
        return over.getCount() == 0;
    }

    @Override
    public CopyReport await() {
        close();
        switch (failure) {
            case null -> {
                return new CopyReport(bytes, endNanos - startNanos);
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable t -> throw new IllegalStateException("the copy failed", t);
        }
    }

    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            try {
                over.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
