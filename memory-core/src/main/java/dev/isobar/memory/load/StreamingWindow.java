package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.load.WindowLayer.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

    private final FileLoader loader;
    // Guarded by this.
    private final WindowSlots slots;
    private final WindowMappings mappings = new WindowMappings();
    private final ArrayList<WindowLayer> loaded = new ArrayList<>();
    private Deque<WindowLayer> wanted = new ArrayDeque<>();
    private @Nullable Binding bound;
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
        this.slots = new WindowSlots(Objects.requireNonNull(space, "space"));
        Thread.ofPlatform().daemon().name("isobar-window").start(new Worker(this));
    }

    /// Binds a model, and begins to fetch its first layers.
    ///
    /// @param model for each layer, where its tensors are
    /// @return whether it streams; a model that fits the budget does not, and is mapped
    /// @throws WindowException `ALREADY_BOUND`, `NO_LAYERS`, `BAD_EXTENT`, `MAP_FAILED`,
    ///     `BUDGET_TOO_SMALL` or `NO_ROOM`: then nothing is bound
    /// @throws IllegalArgumentException if the schedule names a layer that does not exist
    public synchronized boolean bind(List<List<Extent>> model, WindowConfig config) {
        requireNotClosed();
        if (bound != null) {
            throw new WindowException(WindowError.ALREADY_BOUND, "a model is bound");
        }
        WindowModel layers = WindowModel.of(this, model);
        int count = layers.count();
        config.schedule().forEach(layer -> Objects.checkIndex(layer, count));
        boolean streams = layers.bytes() > config.budgetBytes();
        if (!streams) {
            mappings.map(layers);
        } else {
            slots.allocate(
                    Math.min(config.slots(), count),
                    layers.largestLayerBytes(),
                    config.budgetBytes());
        }
        bound = new Binding(layers, config, new LayerSchedule(config.schedule(), count), streams);
        wanted = new ArrayDeque<>(count + 1);
        loaded.ensureCapacity(count);
        notifyAll();
        return streams;
    }

    /// Whether a model is bound.
    public synchronized boolean bound() {
        return bound != null;
    }

    /// Whether layers go through slots; not if the model is mapped, or nothing is bound.
    public synchronized boolean streaming() {
        return bound != null && bound.streams;
    }

    /// How many slots there are, and so how many layers can be in use at once.
    public synchronized int slots() {
        return slots.count();
    }

    /// A tensor of a model that fits the budget, in place.
    ///
    /// @throws WindowException `NOT_BOUND`, or `LAYER_OUT_OF_RANGE`
    /// @throws IllegalStateException if the model streams
    public synchronized MappingLease mapped(int layer, int tensor) {
        WindowLayer mapped = requireBound().model.layer(layer);
        if (streaming()) {
            throw new IllegalStateException("the model streams: acquire the layer");
        }
        return mappings.get(mapped.number, tensor);
    }

    /// Pins a layer, and has it loaded if it is not there. Does not wait, and allocates nothing.
    ///
    /// @return the layer; to be [closed][WindowLayer#close()] once for each call of this
    /// @throws WindowException `NOT_BOUND`, `NOT_STREAMING`, `LAYER_OUT_OF_RANGE`,
    ///     `ALL_SLOTS_PINNED` if the others in use leave it no slot, or `UNBIND_FAILED` if an earlier
    ///     unbind has left none
    public synchronized WindowLayer acquire(int layer) {
        Binding binding = requireBound();
        if (!streaming()) {
            throw new WindowException(WindowError.NOT_STREAMING, "the model is mapped");
        }
        WindowLayer wants = binding.model.layer(layer);
        if (slots.count() == 0) {
            throw new WindowException(
                    WindowError.UNBIND_FAILED, "no slot is left after an unbind: unbind again");
        }
        if (wants.pins == 0 && pinnedLayers == slots.count()) {
            throw new WindowException(
                    WindowError.ALL_SLOTS_PINNED, "all " + slots.count() + " slots are in use");
        }
        if (wants.pins++ == 0) {
            pinnedLayers++;
        }
        if (wants.state == State.VACANT || wants.state == State.FAILED) {
            wants.state = State.QUEUED;
            wants.failure = null;
            wanted.addLast(wants);
        }
        binding.schedule.moveTo(layer);
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
    ///     bound, goes on to serve, and can be unbound again. A slot that the space did not take back
    ///     is out of use until then
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
        bound = null;
    }

    /// Unbinds, and stops the thread. Closing twice does nothing.
    ///
    /// @throws WindowException `PINNED` or `UNBIND_FAILED`: then it can be closed again
    @Override
    public synchronized void close() {
        if (bound != null) {
            unbind();
        } else {
            giveBack();
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
            slots.give(layer.vacate());
        }
        loaded.clear();
        for (WindowLayer layer : wanted) {
            layer.state = State.VACANT;
        }
        wanted.clear();
    }

    private void giveBack() {
        RuntimeException stuckSlot = slots.release();
        RuntimeException stuckMapping = mappings.release();
        RuntimeException stuck = stuckSlot == null ? stuckMapping : stuckSlot;
        if (stuck != null) {
            throw new WindowException(WindowError.UNBIND_FAILED, stuck.getMessage() + "", stuck);
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
            WindowLayer next = unbinding || bound == null ? null : take(bound);
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

    private @Nullable WindowLayer take(Binding binding) {
        WindowLayer first = wanted.peekFirst();
        if (first != null && givenSlot(first, Integer.MIN_VALUE, binding.schedule)) {
            return wanted.removeFirst();
        }
        return streaming() ? takeAhead(binding) : null;
    }

    private @Nullable WindowLayer takeAhead(Binding binding) {
        LayerSchedule order = binding.schedule;
        int depth = Math.min(binding.config.prefetch(), order.length() - 1);
        for (int steps = 0; steps <= depth; steps++) {
            WindowLayer layer = binding.model.layer(order.after(steps));
            if (layer.state == State.VACANT && givenSlot(layer, steps, order)) {
                return layer;
            }
        }
        return null;
    }

    /// Gives a layer a slot that is free, or that of the layer which will be wanted last, if that is
    /// later than in so many steps.
    private boolean givenSlot(WindowLayer layer, int laterThanSteps, LayerSchedule order) {
        MemoryBlock slot = slots.take();
        if (slot == null) {
            slot = slotOfTheLast(laterThanSteps, order);
        }
        layer.slot = slot;
        return slot != null;
    }

    private @Nullable MemoryBlock slotOfTheLast(int laterThanSteps, LayerSchedule order) {
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
        return victim.vacate();
    }

    private void load(WindowLayer layer) {
        WindowConfig how;
        MemoryBlock slot;
        synchronized (this) {
            how = Objects.requireNonNull(bound).config;
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
            slots.give(layer.vacate());
            layer.state = State.FAILED;
            layer.failure = failure;
        }
        notifyAll();
    }

    private Binding requireBound() {
        requireNotClosed();
        if (bound == null) {
            throw new WindowException(WindowError.NOT_BOUND, "no model is bound");
        }
        return bound;
    }

    private void requireNotClosed() {
        if (closed) {
            throw new WindowException(WindowError.CLOSED, "the window was closed");
        }
    }

    /// The model that is bound, and how.
    private record Binding(
            WindowModel model, WindowConfig config, LayerSchedule schedule, boolean streams) {}
}
