package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Which tensors of a model are in memory, and where: a table, a budget, and what it takes to load and
/// to evict them.
///
/// Tensors are known by their number in the list that was [bound][#bind]. What is evicted is the tensor
/// that was used longest ago and is not pinned; its memory goes back to the space at once.
///
/// *Safe for several threads.* One lock guards the table; files, spaces and devices are used without
/// it. A tensor that somebody is loading is not loaded a second time: who wants it too waits.
public final class Residency implements AutoCloseable {

    private final ResidencyConfig config;
    private final FileLoader loader;
    private final MemorySpace space;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    // Guarded by lock.
    private List<TensorSlot> slots = List.of();

    /// Resident tensors that nobody has pinned, the one that was used longest ago first.
    private final LinkedHashSet<Integer> evictable = new LinkedHashSet<>();

    private final Set<Long> openPlans = new HashSet<>();
    private long nextPlan;
    private long reservedBytes;
    // Written under lock, read without.
    private volatile long budgetBytes;
    private volatile boolean closed;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong pinnedBytes = new AtomicLong();

    /// An empty table.
    ///
    /// @param loader loads the tensors; stays the caller's
    /// @param space where resident tensors are; stays the caller's
    public Residency(ResidencyConfig config, FileLoader loader, MemorySpace space) {
        this.config = Objects.requireNonNull(config, "config");
        this.loader = Objects.requireNonNull(loader, "loader");
        this.space = Objects.requireNonNull(space, "space");
        this.budgetBytes = config.budgetBytes();
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
        return budgetBytes;
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
        lock.lock();
        try {
            budgetBytes = bytes;
        } finally {
            lock.unlock();
        }
    }

    /// What resident tensors occupy, and what loads under way have reserved, in bytes. Mapped ones
    /// occupy nothing: the page cache is the system's. A snapshot, without a lock.
    public long usedBytes() {
        return usedBytes.get();
    }

    /// What pinned tensors occupy, in bytes. A snapshot, without a lock.
    public long pinnedBytes() {
        return pinnedBytes.get();
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
        lock.lock();
        try {
            requireOpen();
            for (TensorSlot slot : slots) {
                if (!slot.state.loadable()) {
                    throw new ResidencyException(
                            ResidencyError.IN_USE, slot.id, "is " + slot.state);
                }
            }
            openPlans.clear();
            slots = List.copyOf(fresh);
        } finally {
            lock.unlock();
        }
    }

    /// How many tensors there are.
    public int count() {
        return locked(() -> slots.size());
    }

    /// How it is with a tensor.
    ///
    /// @throws ResidencyException `NO_SUCH_TENSOR`
    public TensorStatus status(int tensor) {
        return locked(() -> slot(tensor).status());
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
        List<TensorSlot> mine = claim(wanted);
        LoadReport report = null;
        if (!mine.isEmpty()) {
            report = loadClaimed(mine, policy);
        }
        awaitOthers(wanted);
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
            settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        Loaded loaded;
        try {
            loaded = loader.loadNew(space, extents, policy);
        } catch (LoadException e) {
            unreserve(bytes);
            settle(mine, slot -> failed(slot, e));
            throw new ResidencyException(
                    ResidencyError.LOAD_FAILED,
                    mine.get(e.item().orElse(0)).id,
                    e.getMessage() + "",
                    e);
        } catch (RuntimeException | Error e) {
            unreserve(bytes);
            settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        commit(mine, loaded.blocks(), bytes);
        return loaded.report();
    }

    /// Maps a tensor: its bytes stay in the page cache, and cost no budget. Waits if somebody else is
    /// loading it.
    ///
    /// @throws ResidencyException `ALREADY_RESIDENT`, `MAP_FAILED` or `NO_SUCH_TENSOR`
    public void map(int tensor) {
        List<TensorSlot> mine = claim(Set.of(tensor));
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
            settle(mine, claimed -> failed(claimed, e));
            throw new ResidencyException(ResidencyError.MAP_FAILED, tensor, e.getMessage() + "", e);
        } catch (RuntimeException | Error e) {
            settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        settle(
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
        lock.lock();
        try {
            requireOpen();
            List<ResidencyPlan.Step> steps = new ArrayList<>();
            for (int tensor : new TreeSet<>(tensors)) {
                TensorSlot slot = slot(tensor);
                requireLoadable(slot);
                steps.add(new ResidencyPlan.Step(tensor, slot.version, slot.tensor.extent()));
            }
            ResidencyPlan plan = new ResidencyPlan(nextPlan++, steps);
            openPlans.add(plan.number());
            return plan;
        } finally {
            lock.unlock();
        }
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
        List<TensorSlot> mine = new ArrayList<>();
        lock.lock();
        try {
            requireOpen();
            if (!openPlans.remove(plan.number())) {
                throw new ResidencyException(
                        ResidencyError.STALE_PLAN, "the plan was used, or given up, or rebound");
            }
            for (ResidencyPlan.Step step : plan.steps()) {
                TensorSlot slot = slot(step.tensor());
                if (slot.version != step.version() || !slot.state.loadable()) {
                    throw new ResidencyException(
                            ResidencyError.STALE_PLAN, slot.id, "has changed, is " + slot.state);
                }
                mine.add(slot);
            }
            mine.forEach(slot -> slot.become(ResidencyState.LOADING));
        } finally {
            lock.unlock();
        }
        try {
            reserve(bytes);
        } catch (RuntimeException e) {
            settle(mine, TensorSlot::giveUpLoading);
            throw e;
        }
        commit(mine, blocks, bytes);
    }

    /// Gives a plan up. Doing so twice does nothing.
    public void abandon(ResidencyPlan plan) {
        locked(() -> openPlans.remove(plan.number()));
    }

    /// Pins a tensor that is in memory.
    ///
    /// @throws ResidencyException `NOT_RESIDENT` or `NO_SUCH_TENSOR`
    public TensorPin pin(int tensor) {
        lock.lock();
        try {
            TensorSlot slot = slot(tensor);
            if (!slot.state.readable()) {
                throw new ResidencyException(
                        ResidencyError.NOT_RESIDENT, tensor, "is " + slot.state);
            }
            if (slot.pins++ == 0) {
                evictable.remove(tensor);
                pinnedBytes.addAndGet(slot.occupiedBytes());
            }
            return new TensorPin(this, tensor, slot.block, slot.mapping);
        } finally {
            lock.unlock();
        }
    }

    void unpin(int tensor) {
        lock.lock();
        try {
            TensorSlot slot = slots.get(tensor);
            if (--slot.pins == 0) {
                pinnedBytes.addAndGet(-slot.occupiedBytes());
                if (slot.state == ResidencyState.RESIDENT) {
                    evictable.add(tensor);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes a tensor out of memory, block or mapping, and gives that back. What is known of it stays.
    /// One that was evicted before stays so.
    ///
    /// @throws ResidencyException `PINNED`, `BUSY`, `NOT_RESIDENT` if it never was in memory,
    ///     `EVICT_FAILED` if the memory could not be given back: then it stays, and is still counted
    public void evict(int tensor) {
        TensorSlot slot;
        lock.lock();
        try {
            slot = slot(tensor);
            if (slot.state == ResidencyState.EVICTED) {
                return;
            }
            requireEvictable(slot);
            beginEviction(slot);
        } finally {
            lock.unlock();
        }
        finishEviction(slot);
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
        while (true) {
            TensorSlot victim;
            long size;
            lock.lock();
            try {
                victim = nextVictim(stuck);
                if (victim == null) {
                    return 0;
                }
                size = victim.occupiedBytes();
                beginEviction(victim);
            } finally {
                lock.unlock();
            }
            try {
                finishEviction(victim);
                return size;
            } catch (ResidencyException _) {
                stuck.add(victim.id); // another may do
            }
        }
    }

    /// Whether it was closed.
    public boolean closed() {
        return closed;
    }

    /// Evicts everything. Nothing may be pinned, or on its way. Closing twice does nothing.
    ///
    /// @throws ResidencyException `PINNED`, `BUSY` or `EVICT_FAILED`: then it can be closed again
    @Override
    public void close() {
        List<TensorSlot> all = locked(() -> slots);
        for (TensorSlot slot : all) {
            if (locked(() -> !slot.state.loadable())) {
                evict(slot.id);
            }
        }
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /// Marks those that are to be loaded by the caller.
    private List<TensorSlot> claim(Set<Integer> wanted) {
        lock.lock();
        try {
            requireOpen();
            List<TensorSlot> mine = new ArrayList<>();
            wanted.forEach(this::slot);
            for (int tensor : wanted) {
                TensorSlot slot = slot(tensor);
                awaitWhile(slot, ResidencyState.EVICTING);
                if (slot.state.loadable()) {
                    slot.become(ResidencyState.LOADING);
                    slot.failure = null;
                    mine.add(slot);
                }
            }
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private void awaitOthers(Set<Integer> wanted) {
        lock.lock();
        try {
            for (int tensor : wanted) {
                TensorSlot slot = slot(tensor);
                awaitWhile(slot, ResidencyState.LOADING);
                if (slot.state == ResidencyState.FAILED) {
                    throw new ResidencyException(
                            ResidencyError.LOAD_FAILED,
                            tensor,
                            String.valueOf(slot.failure),
                            slot.failure);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhile(TensorSlot slot, ResidencyState state) {
        try {
            while (slot.state == state) {
                settled.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResidencyException(
                    ResidencyError.INTERRUPTED, "interrupted while somebody else was loading");
        }
    }

    /// Makes room in the budget, by evicting if need be: nothing if that would not be enough.
    private void reserve(long bytes) {
        while (true) {
            long missing;
            lock.lock();
            try {
                missing = saturated(usedBytes.get(), bytes) - budgetBytes;
                if (missing <= 0) {
                    usedBytes.addAndGet(bytes);
                    reservedBytes += bytes;
                    return;
                }
                long evictableBytes = 0;
                for (int tensor : evictable) {
                    evictableBytes += slots.get(tensor).occupiedBytes();
                    if (evictableBytes >= missing) {
                        break;
                    }
                }
                if (evictableBytes < missing) {
                    throw new ResidencyException(
                            ResidencyError.OVER_BUDGET,
                            "%s: no %d bytes (budget=%d, used=%d, pinned=%d, on their way=%d)"
                                    .formatted(
                                            name(),
                                            bytes,
                                            budgetBytes,
                                            usedBytes.get(),
                                            pinnedBytes.get(),
                                            reservedBytes));
                }
            } finally {
                lock.unlock();
            }
            if (reclaim(missing) == 0) {
                throw new ResidencyException(
                        ResidencyError.OVER_BUDGET,
                        name() + ": " + missing + " bytes could not be evicted");
            }
        }
    }

    private void unreserve(long bytes) {
        lock.lock();
        try {
            usedBytes.addAndGet(-bytes);
            reservedBytes -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /// The blocks are the residency's, and are charged what they really occupy.
    private void commit(List<TensorSlot> mine, List<MemoryBlock> blocks, long bytes) {
        lock.lock();
        try {
            usedBytes.addAndGet(-bytes);
            reservedBytes -= bytes;
            for (int i = 0; i < mine.size(); i++) {
                TensorSlot slot = mine.get(i);
                slot.block = blocks.get(i);
                slot.become(ResidencyState.RESIDENT);
                usedBytes.addAndGet(slot.occupiedBytes());
                evictable.add(slot.id);
            }
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void failed(TensorSlot slot, LoadException failure) {
        slot.failure = failure;
        slot.become(ResidencyState.FAILED);
    }

    private void settle(List<TensorSlot> mine, Consumer<TensorSlot> step) {
        lock.lock();
        try {
            mine.forEach(step);
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable TensorSlot nextVictim(Set<Integer> stuck) {
        for (int tensor : evictable) {
            if (!stuck.contains(tensor)) {
                return slots.get(tensor);
            }
        }
        return null;
    }

    private void beginEviction(TensorSlot slot) {
        evictable.remove(slot.id);
        slot.become(ResidencyState.EVICTING);
    }

    /// Gives the memory back, with no lock held.
    private void finishEviction(TensorSlot slot) {
        MemoryBlock block = slot.block;
        MappingLease mapping = slot.mapping;
        try {
            if (block != null) {
                space.free(block);
            }
            if (mapping != null) {
                mapping.close();
            }
        } catch (RuntimeException e) {
            settle(
                    List.of(slot),
                    stuck -> {
                        stuck.become(
                                block == null ? ResidencyState.MAPPED : ResidencyState.RESIDENT);
                        if (block != null) {
                            evictable.add(stuck.id);
                        }
                    });
            throw new ResidencyException(
                    ResidencyError.EVICT_FAILED, slot.id, e.getMessage() + "", e);
        }
        settle(
                List.of(slot),
                gone -> {
                    usedBytes.addAndGet(-gone.occupiedBytes());
                    gone.block = null;
                    gone.mapping = null;
                    gone.become(ResidencyState.EVICTED);
                });
    }

    private static void requireLoadable(TensorSlot slot) {
        if (slot.state.readable()) {
            throw new ResidencyException(
                    ResidencyError.ALREADY_RESIDENT, slot.id, "is " + slot.state);
        }
        if (!slot.state.loadable()) {
            throw new ResidencyException(ResidencyError.BUSY, slot.id, "is " + slot.state);
        }
    }

    private static void requireEvictable(TensorSlot slot) {
        if (slot.pins > 0) {
            throw new ResidencyException(
                    ResidencyError.PINNED, slot.id, slot.pins + " are using it");
        }
        if (slot.state.loadable()) {
            throw new ResidencyException(ResidencyError.NOT_RESIDENT, slot.id, "is " + slot.state);
        }
        if (!slot.state.readable()) {
            throw new ResidencyException(ResidencyError.BUSY, slot.id, "is " + slot.state);
        }
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

    private TensorSlot slot(int tensor) {
        if (tensor < 0 || tensor >= slots.size()) {
            throw new ResidencyException(
                    ResidencyError.NO_SUCH_TENSOR,
                    "no tensor %d of %d".formatted(tensor, slots.size()));
        }
        return slots.get(tensor);
    }

    private void requireOpen() {
        if (closed) {
            throw new ResidencyException(ResidencyError.CLOSED, name() + " was closed");
        }
    }

    private static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
