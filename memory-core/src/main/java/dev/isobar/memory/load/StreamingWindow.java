package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.OutOfSpaceException;
import dev.isobar.memory.load.WindowLayer.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs a model that is larger than its budget through a few slots: a layer that is wanted is loaded
/// into a slot that nobody uses, the next ones along a schedule are fetched ahead, and the layer that
/// will not be wanted for longest gives way.
///
/// [#acquire(int)] allocates nothing and does not wait; it pins the layer, and [WindowLayer#await()]
/// waits for its bytes. A model that fits the budget is mapped instead (*passthrough*), and read in
/// place.
///
/// *Safe for several threads.* One monitor guards the slots; layers are loaded by a thread of the
/// window, without it.
public final class StreamingWindow implements AutoCloseable {

    private static final long TENSOR_ALIGNMENT = 64;
    private static final long SLOT_ALIGNMENT = 4096;
    private static final String OWNER = "window";

    private final FileLoader loader;
    private final MemorySpace space;
    // Guarded by this.
    private WindowLayer[] layers = {};
    private @Nullable WindowConfig config;
    private @Nullable LayerSchedule schedule;
    private final List<MemoryBlock> freeSlots = new ArrayList<>();
    private final ArrayList<WindowLayer> loaded = new ArrayList<>();
    private Deque<WindowLayer> wanted = new ArrayDeque<>();
    private final List<MappingLease> mappings = new ArrayList<>();
    private int slots;
    private int pinnedLayers;
    private int loading;
    private boolean unbinding;
    private boolean closed;

    /// A window with nothing bound.
    ///
    /// @param loader loads the layers; stays the caller's
    /// @param space where the slots are; stays the caller's
    public StreamingWindow(FileLoader loader, MemorySpace space) {
        this.loader = Objects.requireNonNull(loader, "loader");
        this.space = Objects.requireNonNull(space, "space");
        Thread.ofPlatform().daemon().name("isobar-window").start(new Worker(this));
    }

    /// Binds a model, and begins to fetch its first layers.
    ///
    /// @param model for each layer, where its tensors are
    /// @return whether it streams; a model that fits the budget does not, and is mapped
    /// @throws WindowException `ALREADY_BOUND`, `NO_LAYERS`, `BAD_EXTENT`, `MAP_FAILED`,
    ///     `BUDGET_TOO_SMALL` or `NO_ROOM`: then nothing is bound
    /// @throws IllegalArgumentException if the schedule names a layer that does not exist
    public synchronized boolean bind(List<List<Extent>> model, WindowConfig newConfig) {
        requireNotClosed();
        if (config != null) {
            throw new WindowException(WindowError.ALREADY_BOUND, "a model is bound");
        }
        WindowLayer[] fresh = layersOf(model);
        for (int layer : newConfig.schedule()) {
            Objects.checkIndex(layer, fresh.length);
        }
        if (totalBytes(fresh) <= newConfig.budgetBytes()) {
            mapAll(fresh);
        } else {
            allocateSlots(fresh, newConfig);
        }
        layers = fresh;
        config = newConfig;
        schedule = new LayerSchedule(newConfig.schedule(), fresh.length);
        wanted = new ArrayDeque<>(fresh.length + 1);
        loaded.clear();
        loaded.ensureCapacity(fresh.length);
        notifyAll();
        return slots > 0;
    }

    /// Whether a model is bound.
    public synchronized boolean bound() {
        return config != null;
    }

    /// Whether layers go through slots; not if the model is mapped, or nothing is bound.
    public synchronized boolean streaming() {
        return slots > 0;
    }

    /// How many slots there are, and so how many layers can be in use at once.
    public synchronized int slots() {
        return slots;
    }

    /// A tensor of a model that fits the budget, in place.
    ///
    /// @throws WindowException `NOT_BOUND`, or `LAYER_OUT_OF_RANGE`
    /// @throws IllegalStateException if the model streams
    public synchronized MappingLease mapped(int layer, int tensor) {
        requireBound();
        requireLayer(layer);
        if (slots > 0) {
            throw new IllegalStateException("the model streams: acquire the layer");
        }
        int index = Objects.checkIndex(tensor, layers[layer].tensors());
        for (int before = 0; before < layer; before++) {
            index += layers[before].tensors();
        }
        if (index >= mappings.size()) {
            throw new WindowException(WindowError.NOT_BOUND, "the tensor was unbound already");
        }
        return mappings.get(index);
    }

    /// Pins a layer, and has it loaded if it is not there. Does not wait, and allocates nothing.
    ///
    /// @return the layer; to be [closed][WindowLayer#close()] once for each call of this
    /// @throws WindowException `NOT_BOUND`, `NOT_STREAMING`, `LAYER_OUT_OF_RANGE`, or
    ///     `ALL_SLOTS_PINNED` if the others in use leave it no slot
    public synchronized WindowLayer acquire(int layer) {
        requireBound();
        if (slots == 0) {
            throw new WindowException(WindowError.NOT_STREAMING, "the model is mapped");
        }
        requireLayer(layer);
        WindowLayer wants = layers[layer];
        if (wants.pins == 0 && pinnedLayers == slots) {
            throw new WindowException(
                    WindowError.ALL_SLOTS_PINNED, "all " + slots + " slots are in use");
        }
        if (wants.pins++ == 0) {
            pinnedLayers++;
        }
        if (wants.state == State.VACANT || wants.state == State.FAILED) {
            wants.state = State.QUEUED;
            wants.failure = null;
            wanted.addLast(wants);
        }
        Objects.requireNonNull(schedule).moveTo(layer);
        notifyAll();
        return wants;
    }

    /// Acquires a layer and waits for it.
    ///
    /// @throws WindowException as [#acquire(int)] does, and `LOAD_FAILED`; nothing is pinned then
    /// @throws InterruptedException if the wait was interrupted; nothing is pinned then
    public WindowLayer acquireNow(int layer) throws InterruptedException {
        WindowLayer wants = acquire(layer);
        try {
            return wants.await();
        } catch (InterruptedException | RuntimeException e) {
            wants.close();
            throw e;
        }
    }

    /// Gives the slots, or the mappings, back. Waits for loads that are under way.
    ///
    /// @throws WindowException `NOT_BOUND`, `PINNED`, or `UNBIND_FAILED`: then what is left stays
    ///     bound, goes on to serve, and can be unbound again
    public synchronized void unbind() {
        requireBound();
        if (pinnedLayers > 0) {
            throw new WindowException(WindowError.PINNED, pinnedLayers + " layers are in use");
        }
        unbinding = true;
        try {
            awaitIdle();
            vacateAll();
            giveBack();
        } finally {
            unbinding = false;
            notifyAll();
        }
        layers = new WindowLayer[0];
        config = null;
        schedule = null;
    }

    /// Unbinds, and stops the thread. Closing twice does nothing.
    ///
    /// @throws WindowException `PINNED` or `UNBIND_FAILED`: then it can be closed again
    @Override
    public synchronized void close() {
        if (config != null) {
            unbind();
        }
        closed = true;
        notifyAll();
    }

    synchronized boolean ready(WindowLayer layer) {
        return layer.state == State.RESIDENT;
    }

    synchronized void await(WindowLayer layer) throws InterruptedException {
        while (layer.state == State.QUEUED || layer.state == State.LOADING) {
            wait();
        }
        if (layer.state == State.FAILED) {
            throw new WindowException(
                    WindowError.LOAD_FAILED,
                    "layer " + layer.number + ": " + layer.failure,
                    layer.failure);
        }
    }

    synchronized MemoryBlock block(WindowLayer layer) {
        if (layer.pins == 0 || layer.state != State.RESIDENT || layer.slot == null) {
            throw new IllegalStateException(
                    "layer %d is %s, used by %d".formatted(layer.number, layer.state, layer.pins));
        }
        return layer.slot;
    }

    synchronized void release(WindowLayer layer) {
        if (layer.pins == 0) {
            throw new IllegalStateException("layer " + layer.number + " was not acquired");
        }
        if (--layer.pins == 0) {
            pinnedLayers--;
            notifyAll();
        }
    }

    private WindowLayer[] layersOf(List<List<Extent>> model) {
        if (model.isEmpty()) {
            throw new WindowException(WindowError.NO_LAYERS, "a model without layers");
        }
        WindowLayer[] result = new WindowLayer[model.size()];
        for (int number = 0; number < result.length; number++) {
            List<Extent> extents = List.copyOf(model.get(number));
            if (extents.isEmpty()) {
                throw new WindowException(
                        WindowError.NO_LAYERS, "layer " + number + " has no tensors");
            }
            long[] offsets = new long[extents.size()];
            long end = 0;
            for (int i = 0; i < offsets.length; i++) {
                requireValid(extents.get(i), number, i);
                offsets[i] = (end + TENSOR_ALIGNMENT - 1) & -TENSOR_ALIGNMENT;
                end = Math.addExact(offsets[i], extents.get(i).bytes());
            }
            result[number] = new WindowLayer(this, number, extents, offsets, end);
        }
        return result;
    }

    private static void requireValid(Extent extent, int layer, int tensor) {
        try {
            extent.requireValid();
        } catch (LoadException e) {
            throw new WindowException(
                    WindowError.BAD_EXTENT,
                    "layer %d, tensor %d: %s".formatted(layer, tensor, e.getMessage()),
                    e);
        }
    }

    private static long totalBytes(WindowLayer[] model) {
        long total = 0;
        for (WindowLayer layer : model) {
            total = Math.addExact(total, layer.slotBytes);
        }
        return total;
    }

    private void mapAll(WindowLayer[] model) {
        try {
            for (WindowLayer layer : model) {
                for (Extent extent : layer.extents) {
                    mappings.add(extent.source().map(extent.offset(), extent.bytes(), OWNER));
                }
            }
        } catch (LoadException e) {
            WindowException failure =
                    new WindowException(WindowError.MAP_FAILED, e.getMessage() + "", e);
            for (MappingLease mapping : mappings) {
                try {
                    mapping.close();
                } catch (LoadException stuck) {
                    failure.addSuppressed(stuck); // listed by the registry, which retries
                }
            }
            mappings.clear();
            throw failure;
        }
    }

    private void allocateSlots(WindowLayer[] model, WindowConfig wants) {
        long largest = Arrays.stream(model).mapToLong(layer -> layer.slotBytes).max().orElseThrow();
        int count = Math.min(wants.slots(), model.length);
        if (largest > wants.budgetBytes() / count) {
            throw tooSmall(count, largest, wants);
        }
        long occupied = 0;
        try {
            for (int i = 0; i < count; i++) {
                MemoryBlock block = space.allocate(largest, SLOT_ALIGNMENT);
                freeSlots.add(block);
                occupied += block.occupiedBytes();
            }
            if (occupied > wants.budgetBytes()) {
                throw tooSmall(count, occupied / count, wants);
            }
            slots = count;
        } catch (OutOfSpaceException e) {
            WindowException failure =
                    new WindowException(WindowError.NO_ROOM, e.getMessage() + "", e);
            freeAll(failure);
            throw failure;
        } catch (RuntimeException e) {
            freeAll(e);
            throw e;
        }
    }

    private static WindowException tooSmall(int count, long bytes, WindowConfig wants) {
        return new WindowException(
                WindowError.BUDGET_TOO_SMALL,
                "%d slots of %d bytes, the budget is %d"
                        .formatted(count, bytes, wants.budgetBytes()));
    }

    private void freeAll(RuntimeException cause) {
        for (MemoryBlock block : freeSlots) {
            try {
                space.free(block);
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
        freeSlots.clear();
    }

    private void awaitIdle() {
        boolean interrupted = false;
        while (loading > 0) {
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

    private void vacateAll() {
        for (WindowLayer layer : loaded) {
            freeSlots.add(Objects.requireNonNull(layer.slot));
            layer.slot = null;
            layer.state = State.VACANT;
        }
        loaded.clear();
        for (WindowLayer layer : wanted) {
            layer.state = State.VACANT;
        }
        wanted.clear();
    }

    private void giveBack() {
        RuntimeException failure = null;
        for (int i = freeSlots.size() - 1; i >= 0; i--) {
            try {
                space.free(freeSlots.get(i));
                freeSlots.remove(i);
                slots--;
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        for (int i = mappings.size() - 1; i >= 0; i--) {
            try {
                mappings.get(i).close();
                mappings.remove(i);
            } catch (RuntimeException e) {
                failure = e;
                break; // the tensors before it are served on
            }
        }
        if (failure != null) {
            throw new WindowException(
                    WindowError.UNBIND_FAILED, failure.getMessage() + "", failure);
        }
    }

    /// The window's thread: loads what is wanted, and else what will be. A failed layer that is
    /// only wanted ahead is left alone until somebody acquires it.
    private record Worker(StreamingWindow window) implements Runnable {
        @Override
        public void run() {
            for (WindowLayer layer = window.take(); layer != null; layer = window.take()) {
                window.load(layer);
            }
        }
    }

    /// The next layer to load, with a slot; waits for one. Null if the window was closed.
    private synchronized @Nullable WindowLayer take() {
        while (!closed) {
            WindowLayer next = unbinding || config == null ? null : takeWanted();
            if (next == null && !unbinding && slots > 0) {
                next = takeAhead();
            }
            if (next != null) {
                next.state = State.LOADING;
                loading++;
                return next;
            }
            try {
                wait();
            } catch (InterruptedException _) {
                // Nobody else knows this thread: it ends when the window is closed.
            }
        }
        return null;
    }

    private @Nullable WindowLayer takeWanted() {
        WindowLayer first = wanted.peekFirst();
        if (first == null) {
            return null;
        }
        MemoryBlock slot = slotFor(Integer.MIN_VALUE);
        if (slot == null) {
            return null;
        }
        wanted.removeFirst();
        first.slot = slot;
        return first;
    }

    private @Nullable WindowLayer takeAhead() {
        LayerSchedule order = Objects.requireNonNull(schedule);
        int depth = Objects.requireNonNull(config).prefetch();
        for (int steps = 0; steps <= depth && steps < order.length(); steps++) {
            WindowLayer layer = layers[order.after(steps)];
            if (layer.state == State.VACANT) {
                MemoryBlock slot = slotFor(steps);
                if (slot != null) {
                    layer.slot = slot;
                    return layer;
                }
            }
        }
        return null;
    }

    /// A slot that is free, or that of the layer which will be wanted last, if that is later than in
    /// so many steps.
    private @Nullable MemoryBlock slotFor(int laterThanSteps) {
        if (!freeSlots.isEmpty()) {
            return freeSlots.removeLast();
        }
        LayerSchedule order = Objects.requireNonNull(schedule);
        WindowLayer victim = null;
        int latest = laterThanSteps;
        for (WindowLayer layer : loaded) {
            int steps = order.stepsUntil(layer.number);
            if (layer.pins == 0 && steps > latest) {
                victim = layer;
                latest = steps;
            }
        }
        if (victim == null) {
            return null;
        }
        loaded.remove(victim);
        MemoryBlock slot = victim.slot;
        victim.slot = null;
        victim.state = State.VACANT;
        return slot;
    }

    private void load(WindowLayer layer) {
        WindowConfig how;
        MemoryBlock slot;
        synchronized (this) {
            how = Objects.requireNonNull(config);
            slot = Objects.requireNonNull(layer.slot);
        }
        Throwable failure = null;
        try {
            List<LoadItem> items = new ArrayList<>(layer.tensors());
            for (int i = 0; i < layer.tensors(); i++) {
                items.add(new LoadItem(layer.extents.get(i), slot, layer.offset(i)));
            }
            LoadReport report = loader.load(items, how.policy());
            if (how.dropBehind() && report.used() != LoadStrategy.DIRECT) {
                layer.extents.forEach(extent -> extent.source().dropCached(extent));
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        loaded(layer, failure);
    }

    private synchronized void loaded(WindowLayer layer, @Nullable Throwable failure) {
        loading--;
        if (failure == null) {
            layer.state = State.RESIDENT;
            loaded.add(layer);
        } else {
            freeSlots.add(Objects.requireNonNull(layer.slot));
            layer.slot = null;
            layer.state = State.FAILED;
            layer.failure = failure;
        }
        notifyAll();
    }

    private void requireBound() {
        requireNotClosed();
        if (config == null) {
            throw new WindowException(WindowError.NOT_BOUND, "no model is bound");
        }
    }

    private void requireNotClosed() {
        if (closed) {
            throw new WindowException(WindowError.CLOSED, "the window was closed");
        }
    }

    private void requireLayer(int layer) {
        if (layer < 0 || layer >= layers.length) {
            throw new WindowException(
                    WindowError.LAYER_OUT_OF_RANGE,
                    "layer %d of %d".formatted(layer, layers.length));
        }
    }
}
