package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which tensors of a model are in memory, and where: a table, a budget, and what it takes to load and
/// to evict them.
///
/// Tensors are known by their number in the list that was [bound][#bind]. What is evicted is the tensor
/// that was used longest ago and is not pinned; its memory goes back to the space at once.
///
/// *Safe for several threads.* Files, spaces and devices are used with no lock held. A tensor that
/// somebody is loading is not loaded a second time: who wants it too waits.
public final class Residency implements AutoCloseable {

    private final ResidencyConfig config;
    private final FileLoader loader;
    private final MemorySpace space;
    private final ResidencyTable table;

    /// An empty table.
    ///
    /// @param loader loads the tensors; stays the caller's
    /// @param space where resident tensors are; stays the caller's
    public Residency(ResidencyConfig config, FileLoader loader, MemorySpace space) {
        this.config = Objects.requireNonNull(config, "config");
        this.loader = Objects.requireNonNull(loader, "loader");
        this.space = Objects.requireNonNull(space, "space");
        this.table = new ResidencyTable(config);
    }

    /// What people call it.
    public String name() {
        return config.name();
    }

    /// Where resident tensors are.
    public MemorySpace space() {
        return space;
    }

    /// What resident tensors may occupy together, in bytes.
    public long budgetBytes() {
        return table.budgetBytes();
    }

    /// Changes the budget, from the next load on. What is resident stays, also where it is more:
    /// [#reclaim(long)] evicts.
    ///
    /// @param bytes at least 1
    /// @throws IllegalArgumentException if it is less
    public void budgetBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("budgetBytes must be at least 1: " + bytes);
        }
        table.budgetBytes(bytes);
    }

    /// What resident tensors occupy, and what loads under way have reserved, in bytes. Mapped ones
    /// occupy nothing: the page cache is the system's. A snapshot, without a lock.
    public long usedBytes() {
        return table.usedBytes();
    }

    /// What pinned tensors occupy, in bytes. A snapshot, without a lock.
    public long pinnedBytes() {
        return table.pinnedBytes();
    }

    /// Replaces the table. The records are copied: changing the list later changes nothing here.
    ///
    /// @throws ResidencyException `NO_TENSORS`, `TOO_MANY_TENSORS`, or `IN_USE` if a tensor of the old
    ///     table has bytes in memory: then the old table stays as it is
    public void bind(List<TensorRecord> tensors) {
        List<TensorSlot> fresh = new ArrayList<>();
        for (TensorRecord tensor : tensors) {
            fresh.add(new TensorSlot(fresh.size(), tensor));
        }
        if (fresh.isEmpty()) {
            throw new ResidencyException(ResidencyError.NO_TENSORS, "no tensors");
        }
        if (fresh.size() > config.maxTensors()) {
            throw new ResidencyException(
                    ResidencyError.TOO_MANY_TENSORS,
                    "%d tensors, at most %d".formatted(fresh.size(), config.maxTensors()));
        }
        table.bind(fresh);
    }

    /// How many tensors there are.
    public int count() {
        return table.count();
    }

    /// How it is with a tensor.
    ///
    /// @throws ResidencyException `NO_SUCH_TENSOR`
    public TensorStatus status(int tensor) {
        return table.status(tensor);
    }

    /// Loads tensors that are not in memory, as one batch; waits for those that somebody else is
    /// loading. Evicts others to make room.
    ///
    /// @param policy with [BatchMode#ALL_OR_NOTHING]
    /// @return how the batch went; null if there was nothing to load
    /// @throws ResidencyException `OVER_BUDGET` with nothing loaded and nothing evicted in vain,
    ///     `LOAD_FAILED` with all of the batch `FAILED`, or `NO_SUCH_TENSOR`
    public @Nullable LoadReport load(Collection<Integer> tensors, LoadPolicy policy) {
        Set<Integer> wanted = new TreeSet<>(tensors);
        List<TensorSlot> mine = table.claim(wanted);
        LoadReport report = mine.isEmpty() ? null : loadClaimed(mine, policy);
        table.awaitLoaded(wanted);
        return report;
    }

    private LoadReport loadClaimed(List<TensorSlot> mine, LoadPolicy policy) {
        List<Extent> extents = mine.stream().map(slot -> slot.tensor.extent()).toList();
        long bytes = 0;
        for (Extent extent : extents) {
            bytes = saturated(bytes, Math.max(0, extent.bytes()));
        }
        try {
            reserve(bytes);
        } catch (RuntimeException e) {
            table.settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        Loaded loaded;
        try {
            loaded = loader.loadNew(space, extents, policy);
        } catch (LoadException e) {
            table.unreserve(bytes);
            table.settle(mine, slot -> failed(slot, e));
            throw new ResidencyException(
                    ResidencyError.LOAD_FAILED,
                    mine.get(e.item().orElse(0)).id,
                    e.getMessage() + "",
                    e);
        } catch (RuntimeException | Error e) {
            table.unreserve(bytes);
            table.settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        table.commit(mine, loaded.blocks(), bytes);
        return loaded.report();
    }

    /// Maps a tensor: its bytes stay in the page cache, and cost no budget. Waits if somebody else is
    /// loading it.
    ///
    /// @throws ResidencyException `ALREADY_RESIDENT`, `MAP_FAILED` or `NO_SUCH_TENSOR`
    public void map(int tensor) {
        List<TensorSlot> mine = table.claim(Set.of(tensor));
        if (mine.isEmpty()) {
            throw new ResidencyException(
                    ResidencyError.ALREADY_RESIDENT, tensor, "is in memory, or on its way");
        }
        TensorSlot slot = mine.getFirst();
        Extent extent = slot.tensor.extent();
        MappingLease lease;
        try {
            lease = extent.source().map(extent.offset(), extent.bytes(), config.name());
        } catch (LoadException e) {
            table.settle(mine, claimed -> failed(claimed, e));
            throw new ResidencyException(ResidencyError.MAP_FAILED, tensor, e.getMessage() + "", e);
        } catch (RuntimeException | Error e) {
            table.settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        table.settle(
                mine,
                claimed -> {
                    claimed.mapping = lease;
                    claimed.become(ResidencyState.MAPPED);
                });
    }

    /// Says what is to be loaded, for somebody who does it himself: into blocks of [#space()], to be
    /// handed over by [#apply]. Changes nothing.
    ///
    /// @throws ResidencyException `ALREADY_RESIDENT`, `BUSY` or `NO_SUCH_TENSOR`
    public ResidencyPlan plan(Collection<Integer> tensors) {
        return table.plan(tensors);
    }

    /// Takes over the blocks that somebody has loaded after a plan, all or none. A plan is good for
    /// one attempt, unless what is handed over does not fit.
    ///
    /// @param blocks a block of [#space()] for each step; the residency frees them from now on
    /// @throws ResidencyException `PLAN_MISMATCH`, `STALE_PLAN` or `OVER_BUDGET`: the blocks stay the
    ///     caller's
    public void apply(ResidencyPlan plan, List<MemoryBlock> blocks) {
        requireFits(plan, blocks);
        long bytes = blocks.stream().mapToLong(MemoryBlock::occupiedBytes).sum();
        List<TensorSlot> mine = table.claim(plan);
        try {
            reserve(bytes);
        } catch (RuntimeException e) {
            table.settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        table.commit(mine, blocks, bytes);
    }

    /// Gives a plan up. Doing so twice does nothing.
    public void abandon(ResidencyPlan plan) {
        table.abandon(plan);
    }

    /// Pins a tensor that is in memory.
    ///
    /// @throws ResidencyException `NOT_RESIDENT` or `NO_SUCH_TENSOR`
    public TensorPin pin(int tensor) {
        return table.pin(tensor);
    }

    /// Takes a tensor out of memory, block or mapping, and gives that back. What is known of it stays.
    /// One that was evicted before stays so.
    ///
    /// @throws ResidencyException `PINNED`, `BUSY`, `NOT_RESIDENT` if it never was in memory,
    ///     `EVICT_FAILED` if the memory could not be given back: then it stays, and is still counted
    public void evict(int tensor) {
        TensorSlot slot = table.beginEviction(tensor);
        if (slot != null) {
            finishEviction(slot);
        }
    }

    /// Evicts resident tensors that nobody has pinned, those used longest ago first.
    ///
    /// @param bytes how much is wanted; at least 1
    /// @return how many bytes are free now that were not; may be more than was wanted, or less
    /// @throws IllegalArgumentException if `bytes` is less than 1
    public long reclaim(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
        }
        long freed = 0;
        while (freed < bytes) {
            long more = reclaimOne();
            if (more == 0) {
                break;
            }
            freed += more;
        }
        return freed;
    }

    /// Evicts one resident tensor that nobody has pinned, the one that was used longest ago. If its
    /// memory is not taken back, it stays, still counted, and the next one's turn comes.
    ///
    /// @return how many bytes are free now that were not; 0 if there is nothing more to evict
    public long reclaimOne() {
        Set<Integer> stuck = new HashSet<>();
        for (TensorSlot victim = table.beginEviction(stuck);
                victim != null;
                victim = table.beginEviction(stuck)) {
            long bytes = victim.occupiedBytes();
            try {
                finishEviction(victim);
                return bytes;
            } catch (ResidencyException _) {
                stuck.add(victim.id); // another may do
            }
        }
        return 0;
    }

    /// Whether it was closed.
    public boolean closed() {
        return table.closed();
    }

    /// Evicts everything. Nothing may be pinned, or on its way. Closing twice does nothing.
    ///
    /// @throws ResidencyException `PINNED`, `BUSY` or `EVICT_FAILED`: then it can be closed again
    @Override
    public void close() {
        for (List<Integer> left = table.closeIfEmpty();
                !left.isEmpty();
                left = table.closeIfEmpty()) {
            left.forEach(this::evict);
        }
    }

    /// Makes room in the budget, by evicting if need be: nothing if that would not be enough.
    private void reserve(long bytes) {
        for (long missing = table.reserve(bytes); missing > 0; missing = table.reserve(bytes)) {
            if (reclaim(missing) == 0) {
                throw new ResidencyException(
                        ResidencyError.OVER_BUDGET,
                        name() + ": " + missing + " bytes could not be evicted");
            }
        }
    }

    private static void failed(TensorSlot slot, LoadException failure) {
        slot.failure = failure;
        slot.become(ResidencyState.FAILED);
    }

    /// Gives the memory back, with no lock held.
    private void finishEviction(TensorSlot slot) {
        try {
            if (slot.block != null) {
                space.free(slot.block);
            }
            if (slot.mapping != null) {
                slot.mapping.close();
            }
        } catch (RuntimeException e) {
            table.evictionFailed(slot);
            throw new ResidencyException(
                    ResidencyError.EVICT_FAILED, slot.id, e.getMessage() + "", e);
        }
        table.evicted(slot);
    }

    private void requireFits(ResidencyPlan plan, List<MemoryBlock> blocks) {
        if (blocks.size() != plan.steps().size()) {
            throw new ResidencyException(
                    ResidencyError.PLAN_MISMATCH,
                    "%d blocks for %d tensors".formatted(blocks.size(), plan.steps().size()));
        }
        if (new HashSet<>(blocks).size() < blocks.size()) {
            throw new ResidencyException(ResidencyError.PLAN_MISMATCH, "the same block twice");
        }
        for (int i = 0; i < blocks.size(); i++) {
            MemoryBlock block = blocks.get(i);
            ResidencyPlan.Step step = plan.steps().get(i);
            if (!block.space().equals(space)
                    || block.freed()
                    || block.bytes() < step.extent().bytes()) {
                throw new ResidencyException(
                        ResidencyError.PLAN_MISMATCH,
                        step.tensor(),
                        "not a live block of %s with %d bytes"
                                .formatted(space.name(), step.extent().bytes()));
            }
        }
    }

    private static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
