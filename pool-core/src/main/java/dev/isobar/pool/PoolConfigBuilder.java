package dev.isobar.pool;

import dev.isobar.broker.Resource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Collects a pool's settings; what each means is said at [PoolConfig].
///
/// *One thread only.*
///
/// @param <K> the type of keys
/// @param <V> the type of values
public final class PoolConfigBuilder<K, V> {

    private final String name;
    private Resource resource = Resource.HEAP;
    private long limitBytes;
    private double lowWater = 1.0;
    private long overdraftBytes;
    private @Nullable Sizer<V> sizer;
    private @Nullable ToLongFunction<K> estimate;
    private EvictionPriority<V> priority = EvictionPriority.adaptive();
    private @Nullable Consumer<V> closer;
    private Demotion<K, V> demotion = Demotion.none();
    private PoolListener<K> listener = PoolListener.none();
    private LeakDetection leakDetection = LeakDetection.SAMPLED;
    private Executor loadExecutor = task -> Thread.ofVirtual().name("isobar-load").start(task);
    private LongSupplier nanoClock = System::nanoTime;

    PoolConfigBuilder(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /// Whose bytes the pool holds; [Resource#HEAP] by default.
    public PoolConfigBuilder<K, V> resource(Resource resource) {
        this.resource = resource;
        return this;
    }

    /// The most the pool may hold at first, in bytes; at least 1. Required.
    public PoolConfigBuilder<K, V> limitBytes(long limitBytes) {
        this.limitBytes = limitBytes;
        return this;
    }

    /// To which share of the limit the pool is emptied when it has to make room; more than 0, at most
    /// 1, and 1 by default.
    public PoolConfigBuilder<K, V> lowWater(double lowWater) {
        this.lowWater = lowWater;
        return this;
    }

    /// By how many bytes the limit may be exceeded when everything is pinned; 0 by default.
    public PoolConfigBuilder<K, V> overdraftBytes(long overdraftBytes) {
        this.overdraftBytes = overdraftBytes;
        return this;
    }

    /// The bytes of a value. Required.
    public PoolConfigBuilder<K, V> sizer(Sizer<V> sizer) {
        this.sizer = sizer;
        return this;
    }

    /// The bytes to reserve for a key before its value is loaded; the mean size of the entries seen so
    /// far by default.
    public PoolConfigBuilder<K, V> estimate(ToLongFunction<K> estimate) {
        this.estimate = estimate;
        return this;
    }

    /// Which entry is worth least; [EvictionPriority#adaptive()] by default.
    public PoolConfigBuilder<K, V> priority(EvictionPriority<V> priority) {
        this.priority = priority;
        return this;
    }

    /// Frees a value; none by default, for values that own no memory.
    public PoolConfigBuilder<K, V> closer(Consumer<V> closer) {
        this.closer = closer;
        return this;
    }

    /// Is offered what is evicted, before it is freed; none by default.
    public PoolConfigBuilder<K, V> demotion(Demotion<K, V> demotion) {
        this.demotion = demotion;
        return this;
    }

    /// Is told what happens; none by default.
    public PoolConfigBuilder<K, V> listener(PoolListener<K> listener) {
        this.listener = listener;
        return this;
    }

    /// How closely lost leases are watched for; [LeakDetection#SAMPLED] by default.
    public PoolConfigBuilder<K, V> leakDetection(LeakDetection leakDetection) {
        this.leakDetection = leakDetection;
        return this;
    }

    /// Runs the loaders; a virtual thread each by default.
    public PoolConfigBuilder<K, V> loadExecutor(Executor loadExecutor) {
        this.loadExecutor = loadExecutor;
        return this;
    }

    /// The monotonic clock; `System::nanoTime` by default.
    public PoolConfigBuilder<K, V> nanoClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        return this;
    }

    /// The settings.
    ///
    /// @throws IllegalArgumentException if one is out of range
    /// @throws NullPointerException if one is missing
    public PoolConfig<K, V> build() {
        return new PoolConfig<>(
                name,
                resource,
                limitBytes,
                lowWater,
                overdraftBytes,
                Objects.requireNonNull(sizer, "sizer"),
                estimate,
                priority,
                closer,
                demotion,
                listener,
                leakDetection,
                loadExecutor,
                nanoClock);
    }
}
