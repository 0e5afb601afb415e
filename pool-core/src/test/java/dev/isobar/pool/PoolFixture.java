package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A pool of blocks on a fake clock, with a record of who left it and why.
final class PoolFixture {

    record Removal(String key, RemovalCause cause) {}

    final FakeClock clock = new FakeClock();
    final List<Removal> removals = new ArrayList<>();
    final PagedResourcePool<String, Block> pool;

    PoolFixture(long limitBytes) {
        this(limitBytes, EvictionPriority.lru(), UnaryOperator.identity());
    }

    PoolFixture(
            long limitBytes,
            EvictionPriority<Block> priority,
            UnaryOperator<PoolConfigBuilder<String, Block>> settings) {
        var builder =
                PoolConfig.<String, Block>builder("blocks")
                        .resource(Resource.HOST)
                        .limitBytes(limitBytes)
                        .sizer(Block::bytes)
                        .priority(priority)
                        .closer(Block::free)
                        .leakDetection(LeakDetection.OFF)
                        .listener(
                                new PoolListener<>() {
                                    @Override
                                    public void removed(
                                            String key, long bytes, RemovalCause cause) {
                                        removals.add(new Removal(key, cause));
                                    }
                                })
                        .nanoClock(clock);
        pool = new PagedResourcePool<>(settings.apply(builder).build());
    }

    /// Puts a block in, one tick after whatever was done before.
    Block put(String key, long bytes) {
        Block block = new Block(key, bytes);
        assertThat(offer(key, block)).isEqualTo(new PutResult.Stored(bytes));
        return block;
    }

    PutResult offer(String key, Block block) {
        tick();
        return pool.put(key, block);
    }

    /// Uses an entry and lets it go.
    void use(String key) {
        tick();
        pool.acquire(key).orElseThrow().close();
    }

    Lease<Block> lease(String key) {
        tick();
        return pool.acquire(key).orElseThrow();
    }

    void tick() {
        clock.advance(Duration.ofMillis(1));
    }

    List<String> keys() {
        return pool.snapshot().stream().map(EntrySnapshot::key).sorted().toList();
    }

    List<String> evicted() {
        return removals.stream()
                .filter(removal -> removal.cause().wasEvicted())
                .map(Removal::key)
                .toList();
    }

    /// At any quiet moment, the parts are the whole.
    void assertBalanced() {
        PoolStats stats = pool.stats();
        long entries = pool.snapshot().stream().mapToLong(EntrySnapshot::bytes).sum();
        assertThat(entries + stats.detachedBytes() + stats.bypassedBytes() + stats.reservedBytes())
                .as("entries + detached + bypassed + reserved")
                .isEqualTo(stats.usedBytes());
    }
}
