package dev.isobar.examples.replay;

import dev.isobar.pool.EvictionPriority;
import dev.isobar.pool.LeakDetection;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.ValuePool;
import java.time.Duration;

/// Isobar's own pool, as a user has it. A unit of cost is a microsecond of load time. The pool is told
/// a clock that counts requests.
final class PoolPolicy implements ReplayPolicy {

    private static final long NANOS_PER_COST = 1_000;

    private final ValuePool<Integer, Long> pool;
    private long requests;

    PoolPolicy(long capacityBytes, EvictionPriority<Long> priority) {
        this.pool =
                new ValuePool<>(
                        PoolConfig.<Integer, Long>builder("replay")
                                .limitBytes(capacityBytes)
                                .sizer(bytes -> bytes)
                                .priority(priority)
                                .leakDetection(LeakDetection.OFF)
                                .nanoClock(() -> requests)
                                .build());
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        requests++;
        if (pool.get(key) != null) {
            return true;
        }
        pool.put(key, bytes, Duration.ofNanos(Math.multiplyExact(cost, NANOS_PER_COST)));
        return false;
    }

    @Override
    public void close() {
        pool.close();
    }
}
