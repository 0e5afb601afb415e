package dev.isobar.memory.load;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.OutOfSpaceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Moves bytes from files into blocks of memory spaces, on the host or on a device.
///
/// A file is checked before its first byte is read and after its last: what is reported as loaded is
/// what was registered. The caller's thread does the work, helped by threads of the loader; an
/// interrupt of it cancels the load.
///
/// *Safe for several threads.* Nobody frees a target while it is being loaded.
public final class FileLoader implements AutoCloseable {

    private static final long BLOCK_ALIGNMENT = 4096;
    private static final long SMALL_BLOCK_ALIGNMENT = 64;

    private final FileSources sources;
    private final FileLoaderConfig config;
    private final LongSupplier nanoClock;
    private final HostSpace staging;
    private final @Nullable LaneThreads threads;

    /// A loader with the [settings by default][FileLoaderConfig#defaults()].
    public FileLoader(FileSources sources) {
        this(sources, FileLoaderConfig.defaults());
    }

    /// A loader of the files of one registry.
    public FileLoader(FileSources sources, FileLoaderConfig config) {
        this(sources, config, System::nanoTime);
    }

    FileLoader(FileSources sources, FileLoaderConfig config, LongSupplier nanoClock) {
        this.sources = Objects.requireNonNull(sources, "sources");
        this.config = config;
        this.nanoClock = nanoClock;
        this.staging = HostSpace.of("load-staging", config.stagingBytes());
        this.threads = config.threads() == 1 ? null : new LaneThreads(config.threads() - 1);
    }

    /// The files it loads.
    public FileSources sources() {
        return sources;
    }

    /// How much memory the staging buffers that are in use, or kept for the next load, take, in bytes.
    public long stagingBytes() {
        return staging.committedBytes();
    }

    /// Loads a range into a block, from its beginning on.
    ///
    /// @see #load(List, LoadPolicy)
    public LoadReport load(Extent extent, MemoryBlock target, LoadPolicy policy) {
        return load(List.of(new LoadItem(extent, target, 0)), policy);
    }

    /// Loads ranges into blocks that are there already. After a failure the bytes of the targets are
    /// undefined, unless an item was no good in itself: then no target was touched.
    ///
    /// @throws LoadException if the batch, or an item, cannot be loaded; with
    ///     [BatchMode#PER_ITEM], what is wrong with a single item is in the report instead
    public LoadReport load(List<LoadItem> items, LoadPolicy policy) {
        List<LoadItem> batch = List.copyOf(items);
        requireCount(batch.size());
        @Nullable LoadException[] invalid = validate(batch, policy.mode());
        return new LoadRun(batch, policy, invalid, nanoClock).run(this::runLanes);
    }

    /// Loads ranges into new blocks of a space. If one fails, all are freed: nothing is handed out.
    ///
    /// @param policy with [BatchMode#ALL_OR_NOTHING]
    /// @throws LoadException if the space has no room, or an extent cannot be loaded
    /// @throws IllegalArgumentException if the policy is to load what it can
    public Loaded loadNew(MemorySpace space, List<Extent> extents, LoadPolicy policy) {
        if (policy.mode() != BatchMode.ALL_OR_NOTHING) {
            throw new IllegalArgumentException("new blocks are handed out all or not at all");
        }
        List<Extent> batch = List.copyOf(extents);
        requireCount(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            requireValid(batch.get(i), i);
        }
        List<MemoryBlock> blocks = new ArrayList<>();
        try {
            List<LoadItem> items = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                MemoryBlock block = allocate(space, batch.get(i), i);
                blocks.add(block);
                items.add(new LoadItem(batch.get(i), block, 0));
            }
            return new Loaded(blocks, load(items, policy));
        } catch (RuntimeException | Error e) {
            free(blocks, e);
            throw e;
        }
    }

    /// Frees the staging buffers that are kept for the next load.
    ///
    /// @return how much memory that was, in bytes
    public long trim() {
        return staging.trim();
    }

    /// Frees the staging buffers and stops the threads. No load may be under way. Closing twice does
    /// nothing. The sources stay open.
    @Override
    public void close() {
        if (threads != null) {
            threads.close();
        }
        staging.close();
    }

    private static MemoryBlock allocate(MemorySpace space, Extent extent, int index) {
        long alignment =
                extent.bytes() >= BLOCK_ALIGNMENT ? BLOCK_ALIGNMENT : SMALL_BLOCK_ALIGNMENT;
        try {
            return space.allocate(extent.bytes(), alignment);
        } catch (OutOfSpaceException e) {
            throw LoadException.of(LoadError.NO_ROOM, extent.source().name(), e)
                    .at(extent.offset(), extent.bytes())
                    .item(index);
        }
    }

    private static void free(List<MemoryBlock> blocks, Throwable cause) {
        for (MemoryBlock block : blocks) {
            try {
                block.space().free(block);
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private void requireCount(int count) {
        if (count == 0) {
            throw LoadException.of(LoadError.EMPTY_BATCH, "", "there is nothing to load");
        }
        int limit = sources.config().maxItems();
        if (count > limit) {
            throw LoadException.of(
                    LoadError.TOO_MANY_ITEMS, "", "%d items, at most %d".formatted(count, limit));
        }
    }

    private void requireValid(Extent extent, int index) {
        try {
            requireOwn(extent.source());
            extent.requireValid();
        } catch (LoadException e) {
            throw e.item(index);
        }
    }

    private void requireOwn(FileSource source) {
        if (source.sources != sources) {
            throw LoadException.of(
                    LoadError.SOURCE_CLOSED, source.name(), "the source is another registry's");
        }
    }

    /// What is wrong with each item in itself; throws the first where all are needed.
    private @Nullable LoadException[] validate(List<LoadItem> items, BatchMode mode) {
        @Nullable LoadException[] problems = new LoadException[items.size()];
        for (int i = 0; i < items.size(); i++) {
            try {
                requireOwn(items.get(i).extent().source());
                items.get(i).requireValid();
            } catch (LoadException e) {
                problems[i] = e.item(i);
                if (mode == BatchMode.ALL_OR_NOTHING) {
                    throw problems[i];
                }
            }
        }
        return problems;
    }

    private void runLanes(LoadJob job, Transfer transfer) {
        ChunkPlan plan = job.plan();
        int depth = job.policy().depth();
        int lanes = Math.min(Math.min(depth, config.threads()), Math.max(1, plan.chunks().size()));
        long bufferBytes = bufferBytes(plan);
        boolean stages = transfer.stages(job.items());
        for (int helper = 1; helper < lanes && threads != null; helper++) {
            threads.run(() -> {
                if (job.enter()) {
                    try {
                        runLane(job, transfer, stages, bufferBytes, depth / lanes, true);
                    } finally {
                        job.leave();
                    }
                }
            });
        }
        try {
            runLane(job, transfer, stages, bufferBytes, depth / lanes, false);
        } finally {
            job.finish();
        }
    }

    private void runLane(
            LoadJob job,
            Transfer transfer,
            boolean stages,
            long bufferBytes,
            int buffers,
            boolean helper) {
        try (Lane lane = new Lane(job, staging, bufferBytes, buffers)) {
            if (!stages || lane.reserve()) {
                lane.run(transfer);
            } else if (!helper) {
                job.abort(
                        LoadException.of(
                                LoadError.NO_STAGING,
                                "",
                                "no %d bytes for a staging buffer, %d are in use"
                                        .formatted(bufferBytes, staging.usedBytes())));
            }
        } catch (RuntimeException | Error e) {
            job.crashed(e);
        }
    }

    /// As much as the largest chunk needs, in whole pages.
    private static long bufferBytes(ChunkPlan plan) {
        long most = 0;
        for (Chunk chunk : plan.chunks()) {
            most = Math.max(most, chunk.end() - chunk.windowOffset());
        }
        long step = LoadPolicy.CHUNK_STEP_BYTES;
        return Math.max(step, (most + step - 1) & -step);
    }
}
