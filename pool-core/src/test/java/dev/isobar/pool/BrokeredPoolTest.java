package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.Decision;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Real pools under a real broker.
class BrokeredPoolTest {

    private final FakeClock clock = new FakeClock();
    private final PressureBroker broker =
            PressureBroker.builder(BrokerConfig.defaults()).nanoClock(clock).build();
    private final List<PagedResourcePool<String, Block>> pools = new ArrayList<>();

    @AfterEach
    void closeAll() {
        broker.close();
        pools.forEach(PagedResourcePool::close);
        assertThat(pools).allMatch(pool -> pool.usedBytes() == 0);
    }

    @Test
    void poolAtHigh_isRelievedToTheAim_oldestFirst() {
        var pool = pool("blocks", Resource.HOST, 1_000);
        fill(pool, 9);
        Decision decision = broker.relieve();
        assertThat(decision.sourcesActed()).containsExactly("blocks");
        assertThat(decision.bytesFreed()).isEqualTo(300);
        assertThat(keys(pool)).containsExactly("k3", "k4", "k5", "k6", "k7", "k8");
        assertThat(broker.globalPressure()).isLessThan(0.80);
        assertThat(broker.snapshot().sources()).hasSize(1);
    }

    @Test
    void pinnedEntries_areLeft_andTheNextTickTriesAgain() {
        var pool = pool("blocks", Resource.HOST, 1_000);
        fill(pool, 9);
        var leases = new ArrayList<Lease<Block>>();
        for (int i = 0; i < 8; i++) {
            leases.add(pool.acquire("k" + i).orElseThrow());
        }
        assertThat(broker.relieve().bytesFreed()).as("only k8 is idle").isEqualTo(100);
        assertThat(keys(pool)).hasSize(8).doesNotContain("k8");
        leases.forEach(Lease::close);
        clock.advance(Duration.ofSeconds(5));
        broker.relieve();
        assertThat(broker.globalPressure()).isLessThanOrEqualTo(0.60);
    }

    @Test
    void criticalPool_ofAnotherResource_isRelievedAlone() {
        var host = pool("host-pool", Resource.HOST, 1_000);
        var device = pool("device-pool", Resource.device(0), 1_000);
        fill(host, 10);
        fill(device, 7);
        Decision decision = broker.relieve();
        assertThat(decision.tier()).isEqualTo(PressureTier.CRITICAL);
        assertThat(decision.sourcesActed()).containsExactly("host-pool");
        assertThat(keys(device)).hasSize(7);
    }

    @Test
    void everythingPinned_isAnnouncedAsStuck_andTheOtherPoolIsAsked() {
        var stuck = pool("stuck", Resource.HOST, 1_000);
        var other = pool("other", Resource.HOST, 1_000);
        fill(stuck, 9);
        fill(other, 8);
        var leases = new ArrayList<Lease<Block>>();
        for (int i = 0; i < 9; i++) {
            leases.add(stuck.acquire("k" + i).orElseThrow());
        }
        Decision decision = broker.relieve();
        assertThat(decision.sourcesActed()).containsExactly("other");
        leases.forEach(Lease::close);
    }

    @Test
    void closedPool_isDropped() {
        var pool = pool("blocks", Resource.HOST, 1_000);
        pool.close();
        broker.relieve();
        assertThat(broker.snapshot().sources()).isEmpty();
    }

    @Test
    void refillBetweenTicks_doesNotOscillate() {
        var pool = pool("blocks", Resource.HOST, 1_000);
        int reliefs = 0;
        for (int tick = 0; tick < 100; tick++) {
            put(pool, "t" + tick, 10);
            clock.advance(Duration.ofSeconds(5));
            reliefs += broker.relieve().triggered() ? 1 : 0;
        }
        // from 0.60 to 0.80 it takes 20 ticks; the first time, 80
        assertThat(reliefs).isBetween(1, 3);
    }

    @Test
    void reclaimResult_isWhatTheBrokerReports() {
        var pool = pool("blocks", Resource.HOST, 1_000);
        fill(pool, 9);
        var asked = broker.relieve().resources().getFirst().asked().getFirst();
        assertThat(asked.askedBytes()).isEqualTo(300);
        assertThat(asked.freedBytes()).isEqualTo(300);
        assertThat(asked.outcome().name()).isEqualTo(ReclaimResult.Outcome.RELEASED.name());
    }

    private PagedResourcePool<String, Block> pool(String name, Resource resource, long limit) {
        var pool =
                new PagedResourcePool<>(
                        PoolConfig.<String, Block>builder(name)
                                .resource(resource)
                                .limitBytes(limit)
                                .sizer(Block::bytes)
                                .priority(EvictionPriority.lru())
                                .closer(Block::free)
                                .nanoClock(clock)
                                .build());
        pools.add(pool);
        broker.register(pool);
        return pool;
    }

    private void fill(PagedResourcePool<String, Block> pool, int hundreds) {
        for (int i = 0; i < hundreds; i++) {
            put(pool, "k" + i, 100);
        }
    }

    private void put(PagedResourcePool<String, Block> pool, String key, long bytes) {
        clock.advance(Duration.ofMillis(1));
        assertThat(pool.put(key, new Block(key, bytes)).stored()).isTrue();
    }

    private static List<String> keys(PagedResourcePool<String, Block> pool) {
        return pool.snapshot().stream().map(EntrySnapshot::key).sorted().toList();
    }
}
