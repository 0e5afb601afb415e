package dev.isobar.pool.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.EntrySnapshot;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolClosedException;
import dev.isobar.pool.PoolStats;
import dev.isobar.pool.PutResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What holds for every pool, whatever its priority and its values. Extend it for a pool of your own
/// configuration, and say how to make one.
///
/// @param <V> the type of values
public abstract class PoolContract<V> {

    /// The limit of the pool under test, in bytes.
    protected static final long LIMIT_BYTES = 100 * 1024;

    private PagedResourcePool<String, V> pool;

    /// An empty pool with a limit of [#LIMIT_BYTES], no overdraft, and a priority under which
    /// everything may be evicted.
    protected abstract PagedResourcePool<String, V> newPool();

    /// A new value, which the pool under test charges with `bytes` bytes.
    protected abstract V newValue(long bytes);

    @BeforeEach
    void makePool() {
        pool = newPool();
    }

    /// Whatever was done: the parts are the whole, and close gives everything back.
    @AfterEach
    void everythingIsAccountedFor() {
        PoolStats stats = pool.stats();
        long entries = pool.snapshot().stream().mapToLong(EntrySnapshot::bytes).sum();
        assertThat(entries + stats.detachedBytes() + stats.bypassedBytes() + stats.reservedBytes())
                .isEqualTo(pool.usedBytes());
        pool.close();
        pool.close();
        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.closed()).isTrue();
    }

    @Test
    void used_neverExceedsTheLimit() {
        for (int i = 0; i < 100; i++) {
            put("k" + i, 7 * 1024);
            assertThat(pool.usedBytes()).isLessThanOrEqualTo(LIMIT_BYTES);
        }
        assertThat(pool.stats().evictions()).isPositive();
    }

    @Test
    void lease_keepsItsEntryThroughPressure() {
        put("kept", 10 * 1024);
        try (Lease<V> lease = pool.acquire("kept").orElseThrow()) {
            for (int i = 0; i < 50; i++) {
                put("k" + i, 9 * 1024);
            }
            pool.reclaim(ReclaimRequest.of(LIMIT_BYTES));
            assertThat(keys()).containsExactly("kept");
            assertThat(lease.bytes()).isEqualTo(10 * 1024);
        }
        assertThat(pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isEqualTo(10 * 1024);
    }

    @Test
    void everythingLeased_newcomersAreRefusedAndNobodyGoes() {
        List<Lease<V>> leases = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            put("k" + i, 10 * 1024);
            leases.add(pool.acquire("k" + i).orElseThrow());
        }
        assertThat(pool.put("more", newValue(1024)).stored()).isFalse();
        assertThat(keys()).hasSize(10).doesNotContain("more");
        leases.forEach(Lease::close);
        put("more", 1024);
    }

    @Test
    void invalidate_leased_isChargedUntilTheLeaseEnds() {
        put("a", 1024);
        Lease<V> lease = pool.acquire("a").orElseThrow();
        assertThat(pool.invalidate("a")).isTrue();
        assertThat(pool.acquire("a")).isEmpty();
        assertThat(pool.usedBytes()).isEqualTo(1024);
        lease.close();
        lease.close();
        assertThat(pool.usedBytes()).isZero();
    }

    @Test
    void reclaim_freesWholeEntriesUntilEnough() {
        for (int i = 0; i < 10; i++) {
            put("k" + i, 10 * 1024);
        }
        assertThat(pool.reclaim(ReclaimRequest.of(25 * 1024)).freedBytes()).isEqualTo(30 * 1024);
        assertThat(pool.usedBytes()).isEqualTo(70 * 1024);
        assertThat(keys()).hasSize(7);
    }

    @Test
    void limit_lowered_isMet() {
        for (int i = 0; i < 10; i++) {
            put("k" + i, 10 * 1024);
        }
        assertThat(pool.limitBytes(35 * 1024).freedBytes()).isEqualTo(70 * 1024);
        assertThat(pool.usage().capacityBytes()).isEqualTo(35 * 1024);
        assertThat(keys()).hasSize(3);
    }

    @Test
    void close_refusesWhatIsNew() {
        put("a", 1024);
        pool.close();
        assertThatThrownBy(() -> pool.acquire("a")).isInstanceOf(PoolClosedException.class);
        assertThatThrownBy(() -> pool.join("a", 1)).isInstanceOf(PoolClosedException.class);
    }

    private void put(String key, long bytes) {
        assertThat(pool.put(key, newValue(bytes))).isEqualTo(new PutResult.Stored(bytes));
    }

    private List<String> keys() {
        return pool.snapshot().stream().map(EntrySnapshot::key).toList();
    }
}
