package dev.isobar.pool;

import dev.isobar.broker.Resource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A pool's settings. Made with [#builder(String)].
///
/// @param name the unique, stable name in messages, metrics and snapshots; not blank
/// @param resource whose bytes the pool holds
/// @param limitBytes the most the pool may hold at first; at least 1
/// @param lowWater to which share of the limit the pool is emptied when it has to make room; more
///     than 0, at most 1. At 1 exactly as much is evicted as is needed; lower values evict in
///     batches, and waste room for it.
/// @param overdraftBytes by how much the limit may be exceeded when everything is pinned; at least
///     0, and 0 by default: then such values and loads are refused
/// @param sizer the bytes of a value
/// @param estimate the bytes to reserve for a key before its value is loaded, or null to reserve the
///     mean size of the entries seen so far
/// @param priority which entry is worth least
/// @param closer frees a value, or null if values own no memory. What it throws leaves the bytes
///     charged; it is called again later, so it must bear a second call.
/// @param demotion is offered what is evicted, before it is freed
/// @param listener is told what happens
/// @param leakDetection how closely lost leases are watched for
/// @param loadExecutor runs the loaders; a virtual thread each by default. It must not run them in
///     the calling thread if callers are to be able to time out.
/// @param nanoClock the monotonic clock, in nanoseconds
/// @param <K> the type of keys: immutable, with `equals` and `hashCode`
/// @param <V> the type of values
public record PoolConfig<K, V>(
        String name,
        Resource resource,
        long limitBytes,
        double lowWater,
        long overdraftBytes,
        Sizer<V> sizer,
        @Nullable ToLongFunction<K> estimate,
        EvictionPriority<V> priority,
        @Nullable Consumer<V> closer,
        Demotion<K, V> demotion,
        PoolListener<K> listener,
        LeakDetection leakDetection,
        Executor loadExecutor,
        LongSupplier nanoClock) {

    /// @throws IllegalArgumentException if a number is out of range or the name is blank
    public PoolConfig {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(sizer, "sizer");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(demotion, "demotion");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(leakDetection, "leakDetection");
        Objects.requireNonNull(loadExecutor, "loadExecutor");
        Objects.requireNonNull(nanoClock, "nanoClock");
        if (name.isBlank()) {
            throw new IllegalArgumentException("pool name must not be blank");
        }
        if (limitBytes < 1) {
            throw new IllegalArgumentException(
                    "pool " + name + ": limitBytes must be at least 1: " + limitBytes);
        }
        if (!(lowWater > 0 && lowWater <= 1)) {
            throw new IllegalArgumentException(
                    "pool " + name + ": lowWater must be more than 0 and at most 1: " + lowWater);
        }
        if (overdraftBytes < 0 || overdraftBytes > Long.MAX_VALUE - limitBytes) {
            throw new IllegalArgumentException(
                    "pool %s: overdraftBytes must be at least 0 and fit a long with the limit: overdraftBytes=%d, limitBytes=%d"
                            .formatted(name, overdraftBytes, limitBytes));
        }
    }

    /// Starts the settings of a pool. A limit and a sizer have to follow; everything else has a
    /// default: the resource [Resource#HEAP], the priority [EvictionPriority#adaptive()].
    public static <K, V> PoolConfigBuilder<K, V> builder(String name) {
        return new PoolConfigBuilder<>(name);
    }
}
