package dev.isobar.broker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/// A source that holds nothing but numbers, does as it is told, and remembers what it was asked.
final class FakeSource implements PressureSource {

    private final String name;
    private final Resource resource;
    private final AtomicLong used;
    private final long capacity;
    private final AtomicLong pinned = new AtomicLong();
    private final List<ReclaimRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Function<ReclaimRequest, ReclaimResult> behaviour = this::free;
    private volatile Supplier<Usage> reading = this::truth;

    FakeSource(String name, Resource resource, long used, long capacity) {
        this.name = name;
        this.resource = resource;
        this.used = new AtomicLong(used);
        this.capacity = capacity;
    }

    static FakeSource of(String name, long used, long capacity) {
        return new FakeSource(name, Resource.HEAP, used, capacity);
    }

    /// Every byte is pinned.
    FakeSource stuck() {
        pinned.set(Long.MAX_VALUE);
        return this;
    }

    FakeSource pinned(long bytes) {
        pinned.set(bytes);
        return this;
    }

    FakeSource reclaiming(Function<ReclaimRequest, ReclaimResult> what) {
        behaviour = what;
        return this;
    }

    FakeSource reading(Supplier<Usage> what) {
        reading = what;
        return this;
    }

    FakeSource honest() {
        behaviour = this::free;
        reading = this::truth;
        return this;
    }

    void used(long bytes) {
        used.set(bytes);
    }

    long used() {
        return used.get();
    }

    void close() {
        closed.set(true);
    }

    /// Bytes are gone, outside a request: what a source does that promised them.
    void drop(long bytes) {
        used.addAndGet(-bytes);
    }

    /// What it was asked for, in this order.
    List<Long> asks() {
        return requests.stream().map(ReclaimRequest::bytes).toList();
    }

    ReclaimRequest lastRequest() {
        return requests.getLast();
    }

    ReclaimResult free(ReclaimRequest request) {
        long free = Math.min(request.bytes(), Math.max(0, used.get() - pinned.get()));
        used.addAndGet(-free);
        return ReclaimResult.freed(request.bytes(), free, "pinned");
    }

    Usage truth() {
        long held = used.get();
        long stays = Math.min(held, pinned.get());
        return new Usage(held, capacity, stays, held - stays);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Resource resource() {
        return resource;
    }

    @Override
    public Usage usage() {
        return reading.get();
    }

    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        requests.add(request);
        return behaviour.apply(request);
    }

    @Override
    public boolean closed() {
        return closed.get();
    }

    @Override
    public String toString() {
        return name + "[" + used + "/" + capacity + "]";
    }
}
