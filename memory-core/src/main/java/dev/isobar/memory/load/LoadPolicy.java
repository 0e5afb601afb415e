package dev.isobar.memory.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// How to load: which strategy, what to do if it cannot be used, and how much memory and how many
/// threads it may take.
///
/// It fails closed: only what is named here is tried.
///
/// *Immutable.*
///
/// @param chain the strategies to try, in order; the first is the one that is requested
/// @param chunkBytes how much is read at a time; a multiple of [#CHUNK_STEP_BYTES], up to
///     [#MAX_CHUNK_BYTES]. From 4 to 8 MiB is fastest: large enough for the disk, and for the
///     processor's caches not too large. [LoadStrategy#MAPPED] moves more at a time into host memory,
///     up to 64 MiB, where there is much to move
/// @param depth how many chunks are under way at once, and so how many staging buffers there may be;
///     from 1 to [#MAX_DEPTH]
/// @param mode what a batch does about an item that fails
/// @param listener is told how far it is
/// @param cancellation stops it
public record LoadPolicy(
        List<LoadStrategy> chain,
        long chunkBytes,
        int depth,
        BatchMode mode,
        LoadListener listener,
        Cancellation cancellation) {

    /// What chunks are multiples of: {@value}, the size of a page and of a disk's block.
    public static final long CHUNK_STEP_BYTES = 4096;

    /// The largest chunk: {@value}.
    public static final long MAX_CHUNK_BYTES = 1L << 30;

    /// The chunk by default: {@value}.
    public static final long DEFAULT_CHUNK_BYTES = 4L << 20;

    /// The greatest depth: {@value}.
    public static final int MAX_DEPTH = 64;

    /// The depth by default: {@value}.
    public static final int DEFAULT_DEPTH = 4;

    /// @throws IllegalArgumentException if the chain is empty or names a strategy twice, or a number is
    ///     out of range
    public LoadPolicy {
        chain = List.copyOf(chain);
        if (chain.isEmpty() || chain.stream().distinct().count() < chain.size()) {
            throw new IllegalArgumentException(
                    "a chain names at least one strategy, and none twice: " + chain);
        }
        if (chunkBytes < CHUNK_STEP_BYTES
                || chunkBytes > MAX_CHUNK_BYTES
                || chunkBytes % CHUNK_STEP_BYTES != 0) {
            throw new IllegalArgumentException(
                    "chunkBytes must be a multiple of %d up to %d: %d"
                            .formatted(CHUNK_STEP_BYTES, MAX_CHUNK_BYTES, chunkBytes));
        }
        if (depth < 1 || depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "depth must be from 1 to " + MAX_DEPTH + ": " + depth);
        }
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /// One strategy and nothing else, with the settings by default, all or nothing.
    public static LoadPolicy of(LoadStrategy strategy) {
        return new LoadPolicy(
                List.of(strategy),
                DEFAULT_CHUNK_BYTES,
                DEFAULT_DEPTH,
                BatchMode.ALL_OR_NOTHING,
                LoadListener.NONE,
                Cancellation.none());
    }

    /// The strategy that is requested.
    public LoadStrategy requested() {
        return chain.getFirst();
    }

    /// The same, with one more strategy to try if those before cannot be used.
    public LoadPolicy orElse(LoadStrategy fallback) {
        List<LoadStrategy> longer = new ArrayList<>(chain);
        longer.add(fallback);
        return new LoadPolicy(longer, chunkBytes, depth, mode, listener, cancellation);
    }

    /// The same, with another chunk.
    public LoadPolicy withChunkBytes(long bytes) {
        return new LoadPolicy(chain, bytes, depth, mode, listener, cancellation);
    }

    /// The same, with another depth.
    public LoadPolicy withDepth(int chunks) {
        return new LoadPolicy(chain, chunkBytes, chunks, mode, listener, cancellation);
    }

    /// The same, with another answer to an item that fails.
    public LoadPolicy withMode(BatchMode other) {
        return new LoadPolicy(chain, chunkBytes, depth, other, listener, cancellation);
    }

    /// The same, with a listener.
    public LoadPolicy withListener(LoadListener other) {
        return new LoadPolicy(chain, chunkBytes, depth, mode, other, cancellation);
    }

    /// The same, with somebody who can stop it.
    public LoadPolicy withCancellation(Cancellation other) {
        return new LoadPolicy(chain, chunkBytes, depth, mode, listener, other);
    }
}
