package dev.isobar.memory.load;

import dev.isobar.memory.MemorySpaceException;
import dev.isobar.memory.load.Chunk.Piece;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// One attempt to load a batch with one strategy: what is still to do, how far it is, and what went
/// wrong. Shared by its lanes.
///
/// *Safe for several threads.*
final class LoadJob {

    private final List<LoadItem> items;
    private final ChunkPlan plan;
    private final LoadPolicy policy;
    private final AtomicInteger nextChunk = new AtomicInteger();
    private final AtomicLong doneBytes = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong ioCalls = new AtomicLong();
    private final AtomicLong stagingBytes = new AtomicLong();
    private final AtomicLong peakStagingBytes = new AtomicLong();
    private final AtomicReferenceArray<@Nullable LoadException> failures;
    // Guarded by this.
    private @Nullable LoadException abortedBy;
    private @Nullable Throwable crash;
    private int activeLanes;
    private boolean over;

    LoadJob(List<LoadItem> items, ChunkPlan plan, LoadPolicy policy) {
        this.items = items;
        this.plan = plan;
        this.policy = policy;
        this.failures = new AtomicReferenceArray<>(items.size());
    }

    LoadPolicy policy() {
        return policy;
    }

    ChunkPlan plan() {
        return plan;
    }

    boolean perItem() {
        return policy.mode() == BatchMode.PER_ITEM;
    }

    /// The next chunk to read; null if there is none, or there is a reason to stop.
    @Nullable Chunk next() {
        if (stopped()) {
            return null;
        }
        LoadError reason =
                Thread.currentThread().isInterrupted()
                        ? LoadError.CANCELLED
                        : policy.cancellation().reason();
        int number = nextChunk.getAndIncrement();
        if (number >= plan.chunks().size()) {
            return null;
        }
        Chunk chunk = plan.chunks().get(number);
        if (reason != null) {
            abort(
                    LoadException.of(
                                    reason,
                                    chunk.source().name(),
                                    "stopped after %d of %d bytes"
                                            .formatted(doneBytes.get(), plan.bytes()))
                            .at(chunk.begin(), chunk.bytes()));
            return null;
        }
        return chunk;
    }

    synchronized boolean stopped() {
        return abortedBy != null || crash != null;
    }

    /// Bytes are where they belong.
    void arrived(long bytes) {
        long done = doneBytes.addAndGet(bytes);
        try {
            policy.listener().progressed(done, plan.bytes());
        } catch (RuntimeException _) {
            // A listener that fails is its own business.
        }
    }

    void read(long bytes) {
        readBytes.addAndGet(bytes);
        ioCalls.incrementAndGet();
    }

    void stagingTaken(long bytes) {
        long now = stagingBytes.addAndGet(bytes);
        peakStagingBytes.accumulateAndGet(now, Math::max);
    }

    void stagingGiven(long bytes) {
        stagingBytes.addAndGet(-bytes);
    }

    /// A piece did not get where it belongs.
    void failed(Piece piece, Throwable cause) {
        if (cause instanceof LoadException || known(cause)) {
            failed(piece.index(), translate(piece, cause));
        } else {
            crashed(cause);
        }
    }

    void failed(int index, LoadException failure) {
        LoadException placed = failure.item(index);
        if (perItem()) {
            failures.compareAndSet(index, null, placed);
        } else {
            abort(placed);
        }
    }

    /// Something went wrong that is nobody's item: a bug, or no memory.
    synchronized void crashed(Throwable cause) {
        if (crash == null) {
            crash = cause;
        } else if (!crash.equals(cause)) {
            crash.addSuppressed(cause);
        }
    }

    /// Of several failures, the one of the lowest item is kept.
    synchronized void abort(LoadException failure) {
        if (abortedBy == null
                || failure.item().orElse(Integer.MAX_VALUE)
                        < abortedBy.item().orElse(Integer.MAX_VALUE)) {
            abortedBy = failure;
        }
    }

    @Nullable LoadException failureOf(int index) {
        return failures.get(index);
    }

    /// Whether a lane may begin; not when the job is over.
    synchronized boolean enter() {
        if (over) {
            return false;
        }
        activeLanes++;
        return true;
    }

    synchronized void leave() {
        activeLanes--;
        notifyAll();
    }

    /// Waits until the lanes that have begun are done, and lets no other begin. An interrupt does not
    /// cut that short, because they write to the targets.
    synchronized void finish() {
        over = true;
        boolean interrupted = false;
        while (activeLanes > 0) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Throws what stopped it, if something did.
    synchronized void throwIfStopped() {
        switch (crash) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(crash);
        }
        if (abortedBy != null) {
            throw abortedBy;
        }
    }

    Tally tally() {
        return new Tally(readBytes.get(), ioCalls.get(), plan.runs(), peakStagingBytes.get());
    }

    List<LoadItem> items() {
        return items;
    }

    private static boolean known(Throwable cause) {
        return cause instanceof MemorySpaceException
                || cause instanceof InternalError
                || cause instanceof IllegalStateException;
    }

    private static LoadException translate(Piece piece, Throwable cause) {
        FileSource source = piece.item().extent().source();
        LoadException failure =
                switch (cause) {
                    case LoadException e -> e;
                    case InternalError e -> source.faulted(e);
                    case IllegalStateException e when piece.item().target().freed() ->
                            LoadException.of(LoadError.TARGET_FREED, source.name(), e);
                    default -> LoadException.of(LoadError.COPY_FAILED, source.name(), cause);
                };
        return failure.bytes() == 0 ? failure.at(piece.fileOffset(), piece.bytes()) : failure;
    }

    /// What an attempt cost.
    ///
    /// *Immutable.*
    record Tally(long readBytes, long ioCalls, int runs, long peakStagingBytes) {

        static final Tally NOTHING = new Tally(0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(
                    readBytes + other.readBytes,
                    ioCalls + other.ioCalls,
                    Math.max(runs, other.runs),
                    Math.max(peakStagingBytes, other.peakStagingBytes));
        }
    }
}
