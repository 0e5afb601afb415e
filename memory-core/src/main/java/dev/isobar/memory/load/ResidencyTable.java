package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a [Residency] knows: the states of the tensors, the order in which they were used, and the
/// bytes. Touches no file and no space.
///
/// *Safe for several threads:* one monitor, which those give up who wait for a tensor.
final class ResidencyTable {

    private final ResidencyConfig config;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong pinnedBytes = new AtomicLong();
    // Written under the monitor, read without.
    private volatile long budgetBytes;
    private volatile boolean closed;
    // Guarded by this.
    private List<TensorSlot> slots = List.of();

    /// Resident tensors that nobody has pinned, the one that was used longest ago first.
    private final LinkedHashSet<Integer> evictable = new LinkedHashSet<>();

    private final Set<Long> openPlans = new HashSet<>();
    private long nextPlan;
    private long reservedBytes;

    ResidencyTable(ResidencyConfig config) {
        this.config = config;
        this.budgetBytes = config.budgetBytes();
    }

    long budgetBytes() {
        return budgetBytes;
    }

    synchronized void budgetBytes(long bytes) {
        budgetBytes = bytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    long pinnedBytes() {
        return pinnedBytes.get();
    }

    boolean closed() {
        return closed;
    }

    synchronized int count() {
        return slots.size();
    }

    synchronized TensorStatus status(int tensor) {
        return slot(tensor).status();
    }

    synchronized void bind(List<TensorSlot> fresh) {
        requireOpen();
        for (TensorSlot slot : slots) {
            if (!slot.state.loadable()) {
                throw new ResidencyException(ResidencyError.IN_USE, slot.id, "is " + slot.state);
            }
        }
        openPlans.clear();
        slots = List.copyOf(fresh);
    }

    /// Marks those that are to be loaded by the caller: the ones that are in no memory. Waits for
    /// those on their way out.
    synchronized List<TensorSlot> claim(Set<Integer> wanted) {
        awaitWhileAny(wanted, ResidencyState.EVICTING);
        requireOpen();
        List<TensorSlot> mine =
                wanted.stream().map(this::slot).filter(slot -> slot.state.loadable()).toList();
        mine.forEach(slot -> slot.become(ResidencyState.LOADING));
        return mine;
    }

    /// Waits for tensors that somebody else is loading.
    ///
    /// @throws ResidencyException `LOAD_FAILED` if that failed
    synchronized void awaitLoaded(Set<Integer> wanted) {
        awaitWhileAny(wanted, ResidencyState.LOADING);
        for (int tensor : wanted) {
            TensorSlot slot = slot(tensor);
            if (slot.state == ResidencyState.FAILED) {
                throw new ResidencyException(
                        ResidencyError.LOAD_FAILED,
                        tensor,
                        String.valueOf(slot.failure),
                        slot.failure);
            }
        }
    }

    /// Takes bytes out of the budget, if there is room.
    ///
    /// @return how much is to be evicted before it is tried again; 0 if the bytes were taken
    /// @throws ResidencyException `OVER_BUDGET` if evicting everything would not be enough
    synchronized long reserve(long bytes) {
        long wanted = usedBytes.get() + bytes;
        long missing = (wanted < 0 ? Long.MAX_VALUE : wanted) - budgetBytes;
        if (missing <= 0) {
            usedBytes.addAndGet(bytes);
            reservedBytes += bytes;
            return 0;
        }
        long evictableBytes = 0;
        for (int tensor : evictable) {
            evictableBytes += slots.get(tensor).occupiedBytes();
            if (evictableBytes >= missing) {
                return missing;
            }
        }
        throw new ResidencyException(
                ResidencyError.OVER_BUDGET,
                "%s: no %d bytes (budget=%d, used=%d, pinned=%d, on their way=%d)"
                        .formatted(
                                config.name(),
                                bytes,
                                budgetBytes,
                                usedBytes.get(),
                                pinnedBytes.get(),
                                reservedBytes));
    }

    synchronized void unreserve(long bytes) {
        usedBytes.addAndGet(-bytes);
        reservedBytes -= bytes;
    }

    /// The blocks are the residency's, and are charged what they really occupy.
    ///
    /// @param bytes what was reserved for them
    synchronized void commit(List<TensorSlot> mine, List<MemoryBlock> blocks, long bytes) {
        unreserve(bytes);
        for (int i = 0; i < mine.size(); i++) {
            TensorSlot slot = mine.get(i);
            slot.block = blocks.get(i);
            slot.become(ResidencyState.RESIDENT);
            usedBytes.addAndGet(slot.occupiedBytes());
            evictable.add(slot.id);
        }
        notifyAll();
    }

    /// Ends what was begun with tensors, in one step for all who look.
    synchronized void settle(List<TensorSlot> mine, Consumer<TensorSlot> step) {
        mine.forEach(step);
        notifyAll();
    }

    synchronized ResidencyPlan plan(Collection<Integer> tensors) {
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
    }

    /// Marks the tensors of a plan as being loaded; the plan is used up.
    ///
    /// @throws ResidencyException `STALE_PLAN`
    synchronized List<TensorSlot> claim(ResidencyPlan plan) {
        requireOpen();
        if (!openPlans.remove(plan.number())) {
            throw new ResidencyException(
                    ResidencyError.STALE_PLAN, "the plan was used, or given up, or rebound");
        }
        List<TensorSlot> mine = new ArrayList<>();
        for (ResidencyPlan.Step step : plan.steps()) {
            TensorSlot slot = slot(step.tensor());
            if (slot.version != step.version() || !slot.state.loadable()) {
                throw new ResidencyException(
                        ResidencyError.STALE_PLAN, slot.id, "has changed, is " + slot.state);
            }
            mine.add(slot);
        }
        mine.forEach(slot -> slot.become(ResidencyState.LOADING));
        return mine;
    }

    synchronized void abandon(ResidencyPlan plan) {
        openPlans.remove(plan.number());
    }

    synchronized TensorPin pin(int tensor) {
        TensorSlot slot = slot(tensor);
        if (!slot.state.readable()) {
            throw new ResidencyException(ResidencyError.NOT_RESIDENT, tensor, "is " + slot.state);
        }
        if (slot.pins++ == 0) {
            evictable.remove(tensor);
            pinnedBytes.addAndGet(slot.occupiedBytes());
        }
        return new TensorPin(this, tensor, slot.block, slot.mapping);
    }

    synchronized void unpin(int tensor) {
        TensorSlot slot = slots.get(tensor);
        if (--slot.pins == 0) {
            pinnedBytes.addAndGet(-slot.occupiedBytes());
            if (slot.state == ResidencyState.RESIDENT) {
                evictable.add(tensor);
            }
        }
    }

    /// Marks a tensor as on its way out.
    ///
    /// @return the tensor; null if it was evicted before
    /// @throws ResidencyException `PINNED`, `NOT_RESIDENT` or `BUSY`
    synchronized @Nullable TensorSlot beginEviction(int tensor) {
        TensorSlot slot = slot(tensor);
        if (slot.state == ResidencyState.EVICTED) {
            return null;
        }
        requireEvictable(slot);
        return evicting(slot);
    }

    /// Marks the tensor that was used longest ago as on its way out.
    ///
    /// @param but not one of these
    /// @return the tensor; null if there is none
    synchronized @Nullable TensorSlot beginEviction(Set<Integer> but) {
        for (int tensor : evictable) {
            if (!but.contains(tensor)) {
                return evicting(slots.get(tensor));
            }
        }
        return null;
    }

    /// The memory was given back.
    synchronized void evicted(TensorSlot slot) {
        usedBytes.addAndGet(-slot.occupiedBytes());
        slot.block = null;
        slot.mapping = null;
        slot.become(ResidencyState.EVICTED);
        notifyAll();
    }

    /// The memory was not given back: the tensor stays, and is still counted.
    synchronized void evictionFailed(TensorSlot slot) {
        if (slot.block == null) {
            slot.become(ResidencyState.MAPPED);
        } else {
            slot.become(ResidencyState.RESIDENT);
            evictable.add(slot.id);
        }
        notifyAll();
    }

    /// Closes the table, unless there are tensors in memory or on their way: then it answers them.
    synchronized List<Integer> closeIfEmpty() {
        List<Integer> left =
                slots.stream().filter(slot -> !slot.state.loadable()).map(slot -> slot.id).toList();
        closed |= left.isEmpty();
        return left;
    }

    private TensorSlot evicting(TensorSlot slot) {
        evictable.remove(slot.id);
        slot.become(ResidencyState.EVICTING);
        return slot;
    }

    private void awaitWhileAny(Set<Integer> tensors, ResidencyState state) {
        BooleanSupplier any =
                () -> tensors.stream().map(this::slot).anyMatch(slot -> slot.state == state);
        try {
            while (any.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResidencyException(
                    ResidencyError.INTERRUPTED, "interrupted while somebody else was at work");
        }
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
            throw new ResidencyException(ResidencyError.CLOSED, config.name() + " was closed");
        }
    }
}
