package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.isobar.memory.MemorySpace;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a router hears of a pool and the tiers below it, and what each tenant has there.
class TierEventsTest {

    private static final int PER_BLOCK = 4;
    private static final KvShape SHAPE = Pools.shape(PER_BLOCK);
    private static final int KEPT = 10_000;

    private final MemorySpace device = Pools.space();
    private final MemorySpace host = Pools.space();
    private final MemorySpace file = Pools.space();
    private KvTier last;
    private KvTier middle;
    private KvPool pool;

    @BeforeEach
    void open() {
        last = new KvTier(KvTierConfig.of("kv-file", SHAPE, 12).withEvents(KEPT), file);
        middle = new KvTier(KvTierConfig.of("kv-host", SHAPE, 6).withEvents(KEPT), host, last);
        pool = new KvPool(Pools.config(PER_BLOCK, 8).events(KEPT).build(), device, middle);
    }

    @AfterEach
    void close() {
        pool.close();
        middle.close();
        last.close();
        assertThat(device.usedBytes() + host.usedBytes() + file.usedBytes()).isZero();
        device.close();
        host.close();
        file.close();
    }

    /// Keeps a set of digests for each medium, by events alone.
    private static final class Router {
        final Map<String, Set<String>> known = new HashMap<>();
        final Map<String, Long> numbers = new HashMap<>();

        void begin(String medium, KvIndexSnapshot index) {
            known.put(medium, new HashSet<>(index.digests()));
            numbers.put(medium, index.number());
        }

        void follow(String medium, LongFunction<Optional<List<KvEvent>>> events) {
            Set<String> digests = known.get(medium);
            for (KvEvent event : events.apply(numbers.get(medium)).orElseThrow()) {
                assertThat(event.number()).isEqualTo(numbers.get(medium) + 1);
                numbers.put(medium, event.number());
                String said =
                        switch (event) {
                            case KvEvent.Stored stored -> {
                                stored.digests()
                                        .forEach(each ->
                                                assertThat(digests.add(each))
                                                        .as("%s", stored)
                                                        .isTrue());
                                yield stored.medium();
                            }
                            case KvEvent.Removed removed -> {
                                assertThat(digests.remove(removed.digest()))
                                        .as("%s", removed)
                                        .isTrue();
                                yield removed.medium();
                            }
                            case KvEvent.Cleared cleared -> {
                                digests.clear();
                                yield cleared.medium();
                            }
                        };
                assertThat(said).isEqualTo(medium);
            }
        }
    }

    private String medium() {
        return pool.resource().name();
    }

    private void follow(Router router) {
        router.follow(medium(), pool::eventsAfter);
        router.follow("kv-host", middle::eventsAfter);
        router.follow("kv-file", last::eventsAfter);
    }

    private void assertInStep(Router router) {
        assertThat(router.known.get(medium())).isEqualTo(pool.index().digests());
        assertThat(router.known.get("kv-host")).isEqualTo(middle.index().digests());
        assertThat(router.known.get("kv-file")).isEqualTo(last.index().digests());
        for (KvIndexSnapshot each : List.of(pool.index(), middle.index(), last.index())) {
            assertThat(each.sum()).isEqualTo(sum(each.digests()));
        }
    }

    private static String sum(Set<String> digests) {
        StringBuilder sum = new StringBuilder();
        for (int word = 0; word < 4; word++) {
            int from = 16 * word;
            long total =
                    digests.stream()
                            .mapToLong(each ->
                                    Long.parseUnsignedLong(each.substring(from, from + 16), 16))
                            .sum();
            sum.append("%016x".formatted(total));
        }
        return sum.toString();
    }

    /// A router that begins in the middle and hears of everything since is in step with each medium.
    @Test
    void router_staysInStepWithPoolAndTiers() {
        var random = new Random(5);
        var router = new Router();
        for (int step = 0; step < 300; step++) {
            int conversation = random.nextInt(6);
            String tenant = conversation < 2 ? "acme" : "other";
            int tokens = 5 + PER_BLOCK * random.nextInt(5);
            int[] prompt = range(1_000 * conversation, 1_000 * conversation + tokens);
            filled(pool, KvPrompt.of(prompt).forTenant(tenant)).close();
            if (step == 50) {
                router.begin(medium(), pool.index());
                router.begin("kv-host", middle.index());
                router.begin("kv-file", last.index());
            }
            if (step == 200) {
                assertThat(pool.reset()).isTrue();
            }
            if (step > 50 && step % 7 == 0) {
                follow(router);
                assertInStep(router);
                assertTenants();
            }
        }
        assertThat(middle.stats().loadedBlocks()).isPositive();
        assertThat(last.stats().loadedBlocks()).isPositive();
    }

    private void assertTenants() {
        long held = 0;
        for (TenantStats each : pool.tenants()) {
            held += each.tierBytes();
            assertThat(each.tierBytes())
                    .isEqualTo(middle.bytesOf(each.tenant()) + last.bytesOf(each.tenant()));
        }
        int blocks = middle.index().digests().size() + last.index().digests().size();
        assertThat(held).isEqualTo(blocks * SHAPE.bytesPerBlock());
    }

    @Test
    void eviction_movesABlockFromMediumToMedium_withItsTenant() {
        filled(pool, KvPrompt.of(range(0, 17)).forTenant("acme")).close();
        Set<String> acme = pool.index().digests();
        filled(pool, KvPrompt.of(range(100, 128)).forTenant("other")).close();
        assertThat(middle.eventsAfter(0).orElseThrow())
                .hasSize(3)
                .allSatisfy(event -> {
                    KvEvent.Stored stored = (KvEvent.Stored) event;
                    assertThat(stored.tenant()).isEqualTo("acme");
                    assertThat(stored.medium()).isEqualTo("kv-host");
                    assertThat(acme).containsAll(stored.digests());
                });
        assertThat(pool.tenants())
                .extracting(TenantStats::tenant, TenantStats::blocks, TenantStats::tierBytes)
                .containsExactly(
                        tuple("acme", 1, 3 * SHAPE.bytesPerBlock()), tuple("other", 7, 0L));
        pool.reset();
        assertThat(middle.eventsAfter(3).orElseThrow())
                .containsExactly(new KvEvent.Cleared(4, 0, "kv-host"));
        assertThat(middle.index().digests()).isEmpty();
        assertThat(middle.bytesOf("acme")).isZero();
    }

    @Test
    void withoutEvents_indexAndBytesAreThereAllTheSame() {
        try (MemorySpace space = Pools.space();
                KvTier silent = new KvTier(KvTierConfig.of("silent", SHAPE, 8), space);
                KvSequence one = filled(pool, KvPrompt.of(range(0, 9)).forTenant("acme"))) {
            silent.store(one);
            assertThat(silent.eventsAfter(0)).hasValue(List.of());
            assertThat(silent.index().digests()).isEqualTo(pool.index().digests());
            assertThat(silent.bytesOf("acme")).isEqualTo(2 * SHAPE.bytesPerBlock());
            assertThat(silent.bytesOf("nobody")).isZero();
        }
    }

    @Test
    void events_lessThanNone_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvTierConfig.of("tier", SHAPE, 8).withEvents(-1))
                .withMessage("events must be at least 0: -1");
    }
}
