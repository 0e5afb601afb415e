package dev.isobar.kv;

import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.isobar.memory.MemorySpace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a router hears of a pool and the tiers below it, and what each tenant has there.
class TierEventsTest {

    private static final int PER_BLOCK = 4;
    private static final KvShape SHAPE = Pools.shape(PER_BLOCK);
    private static final int KEPT = 100_000;
    private static final String POOL = config(PER_BLOCK, 1).build().resource().name();

    private final MemorySpace device = Pools.space();
    private final MemorySpace host = Pools.space();
    private final MemorySpace file = Pools.space();
    private KvTier last;
    private KvTier middle;
    private KvPool pool;

    @BeforeEach
    void open() {
        last = new KvTier(KvTierConfig.of("kv-file", SHAPE, 12), file);
        middle = new KvTier(KvTierConfig.of("kv-host", SHAPE, 6), host, last);
        pool = pool(config(PER_BLOCK, 8));
    }

    private KvPool pool(KvPoolConfig.Builder config) {
        return new KvPool(config.events(KEPT).build(), device, middle);
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

    /// A router that begins in the middle and hears of everything since is in step with every medium, and
    /// finds by tokens what the pool finds.
    @Test
    void router_staysInStepWithPoolAndTiers() {
        var random = new Random(5);
        var router = new RouterModel();
        for (int step = 0; step < 300; step++) {
            int conversation = random.nextInt(6);
            String tenant = conversation < 2 ? "acme" : "other";
            int tokens = 5 + PER_BLOCK * random.nextInt(5);
            int[] ids = range(1_000 * conversation, 1_000 * conversation + tokens);
            KvPrompt prompt = KvPrompt.of(ids).forTenant(tenant);
            prompt = conversation == 5 ? prompt.in(KvContext.NONE.withAdapter("poet")) : prompt;
            filled(pool, prompt).close();
            if (step == 200) {
                assertThat(pool.reset()).isTrue();
            }
            if (step >= 50 && step % 7 == 1) {
                router.follow(pool);
                router.assertInStep(pool);
                assertThat(router.match(POOL, prompt, PER_BLOCK)).isEqualTo(pool.peek(prompt));
                assertTenants();
                assertParentsComeFirst(pool.index());
            }
        }
        assertThat(router.begun()).isEqualTo(1);
        assertThat(middle.stats().loadedBlocks()).isPositive();
        assertThat(last.stats().loadedBlocks()).isPositive();
    }

    private static void assertParentsComeFirst(KvIndexSnapshot index) {
        Set<String> said = new HashSet<>();
        index.blocks().stream()
                .filter(each -> each.medium().equals(POOL))
                .forEach(each -> {
                    assertThat(each.parent() == null || said.contains(each.parent())).isTrue();
                    said.addAll(each.digests());
                });
    }

    /// Of each adapter's blocks, it is known as long as they are there.
    @Test
    void adapters_areForgottenWithTheirBlocks() {
        for (int step = 0; step < 10; step++) {
            KvPrompt prompt = KvPrompt.of(range(100 * step, 100 * step + 17));
            filled(pool, prompt.in(KvContext.NONE.withAdapter("poet"))).close();
            assertThat(pool.journal().adapters()).isEqualTo(pool.table().indexed());
        }
        pool.reset();
        assertThat(pool.journal().adapters()).isZero();
    }

    private void assertTenants() {
        long held = 0;
        for (TenantStats each : pool.tenants()) {
            held += each.tierBytes();
            assertThat(each.tierBytes())
                    .isEqualTo(middle.bytesOf(each.tenant()) + last.bytesOf(each.tenant()));
        }
        int blocks = middle.index().blocks().size() + last.index().blocks().size();
        assertThat(held).isEqualTo(blocks * SHAPE.bytesPerBlock());
    }

    @Test
    void router_thatMissedEvents_beginsAgain() {
        pool.close();
        pool = new KvPool(config(PER_BLOCK, 8).events(4).build(), device, middle);
        var router = new RouterModel();
        for (int step = 0; step < 10; step++) {
            filled(pool, range(100 * step, 100 * step + 17)).close();
            router.follow(pool);
            router.assertInStep(pool);
        }
        assertThat(router.begun()).isGreaterThan(1);
    }

    @Test
    void eviction_movesABlockFromMediumToMedium_withAllThatIsKnownOfIt() {
        pool.close();
        pool = pool(config(PER_BLOCK, 8).group(3));
        KvPrompt prompt =
                KvPrompt.of(range(0, 17)).forTenant("acme").in(KvContext.NONE.withAdapter("poet"));
        filled(pool, prompt).close();
        List<String> chain = PlainDigests.chain(pool, prompt);
        assertThat(pool.eventsAfter(0).orElseThrow())
                .containsExactly(
                        new KvEvent.Stored(1, 3, null, chain, ids(0, 16), "acme", "poet", POOL));

        try (KvSequence other = pool.open(KvPrompt.of(range(100, 128)).forTenant("other"))) {
            other.ensureRoom(28); // seven blocks; the last three of the chain go
            assertThat(pool.eventsAfter(1).orElseThrow())
                    .containsExactly(
                            removed(2, chain.get(3)),
                            removed(3, chain.get(2)),
                            removed(4, chain.get(1)),
                            below(5, chain, 1),
                            below(6, chain, 2),
                            below(7, chain, 3));
        }
        assertThat(pool.index().blocks())
                .containsExactly(
                        new KvEvent.Stored(
                                7, 3, null, chain.subList(0, 1), ids(0, 4), "acme", "poet", POOL),
                        below(7, chain, 1),
                        below(7, chain, 2),
                        below(7, chain, 3));
        assertThat(pool.tenants())
                .extracting(TenantStats::tenant, TenantStats::blocks, TenantStats::tierBytes)
                .containsExactly(
                        tuple("acme", 1, 3 * SHAPE.bytesPerBlock()), tuple("other", 0, 0L));
    }

    private static List<Integer> ids(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static KvEvent removed(long number, String digest) {
        return new KvEvent.Removed(number, 3, digest, "acme", RemovalReason.ROOM, POOL);
    }

    private static KvEvent.Stored below(long number, List<String> chain, int at) {
        return new KvEvent.Stored(
                number,
                3,
                chain.get(at - 1),
                chain.subList(at, at + 1),
                ids(4 * at, 4 * at + 4),
                "acme",
                "poet",
                "kv-host");
    }

    @Test
    void reset_clearsEveryMedium() {
        filled(pool, range(0, 17)).close();
        filled(pool, range(100, 128)).close();
        long before = pool.index().number();
        assertThat(pool.reset()).isTrue();
        assertThat(pool.eventsAfter(before).orElseThrow())
                .containsExactly(
                        new KvEvent.Cleared(before + 1, 0, "kv-host"),
                        new KvEvent.Cleared(before + 2, 0, "kv-file"),
                        new KvEvent.Cleared(before + 3, 0, POOL));
        assertThat(pool.index().blocks()).isEmpty();
        assertThat(middle.bytesOf("default")).isZero();
    }

    /// All or nothing: a tier that is busy keeps the others as they are.
    @Test
    void reset_whereTheLastTierIsBusy_dropsNothing() {
        filled(pool, range(0, 17)).close();
        filled(pool, range(100, 128)).close();
        DigestChain coming = new DigestChain(1);
        coming.add(1, 2, 3, 4);
        int[] slots = new int[1];
        last.ledger().prepareStore(coming, slots);
        KvIndexSnapshot before = pool.index();

        assertThat(pool.reset()).isFalse();

        assertThat(pool.index()).isEqualTo(before);
        last.ledger().completeStore(coming, slots, false);
        assertThat(pool.reset()).isTrue();
    }

    @Test
    void close_clearsEveryMedium_andIsTheLastThatIsTold() {
        var router = new RouterModel();
        router.follow(pool);
        KvSequence open = filled(pool, range(0, 9));
        filled(pool, range(100, 108)).close();
        KvSequence halfWay = pool.open(KvPrompt.of(range(200, 208)));
        halfWay.reserve(8);
        pool.close();
        router.follow(pool);
        router.assertInStep(pool);
        assertThat(pool.index().blocks()).isEmpty();
        long end = pool.index().number();

        halfWay.commit(8);
        open.close();
        halfWay.close();

        assertThat(pool.eventsAfter(end)).hasValue(List.of());
        router.assertInStep(pool);
    }

    @Test
    void tierWithSomethingInIt_isInTheIndex_andEventsAloneAreNotEnough() {
        filled(pool, range(0, 17)).close();
        filled(pool, range(100, 128)).close();
        try (KvPool second = pool(config(PER_BLOCK, 8))) {
            assertThat(second.eventsAfter(0)).isEmpty();
            assertThat(second.index().digests("kv-host")).hasSize(3);
            var router = new RouterModel();
            router.follow(second);
            router.assertInStep(second);
        }
    }

    /// What one pool sends down, the other hears of; what it closes, does not concern the other.
    @Test
    void poolsAboveOneTier_bothHearOfIt() {
        KvPool second = pool(config(PER_BLOCK, 8));
        var router = new RouterModel();
        router.follow(second);
        filled(pool, range(0, 17)).close();
        filled(pool, range(100, 128)).close();
        filled(second, range(200, 232)).close();
        router.follow(second);
        router.assertInStep(second);
        assertThat(router.in("kv-host")).hasSize(3);
        pool.close();
        router.follow(second);
        router.assertInStep(second);
        assertThat(router.in("kv-host")).hasSize(3);
        second.close();
        assertThat(middle.index().blocks()).hasSize(3);
    }

    @Test
    void withoutKeptTokens_tierEventsHaveTheParentAlone() {
        pool.close();
        pool = pool(config(PER_BLOCK, 8).compareTokens(false));
        KvPrompt prompt = KvPrompt.of(range(0, 17));
        filled(pool, prompt).close();
        filled(pool, range(100, 128)).close();
        List<String> chain = PlainDigests.chain(pool, prompt);
        assertThat(pool.index().blocks())
                .filteredOn(each -> each.medium().equals("kv-host"))
                .allMatch(each -> each.tokens().isEmpty())
                .extracting(KvEvent.Stored::parent)
                .containsExactlyInAnyOrder(chain.get(0), chain.get(1), chain.get(2));
    }

    @Test
    void twins_areToldOnce() {
        try (KvSequence one = filled(pool, range(0, 9));
                KvSequence two = filled(pool, KvPrompt.of(range(0, 13)).withoutLookup())) {
            assertThat(two.block(0)).isNotEqualTo(one.block(0));
            var router = new RouterModel();
            router.begin(pool.index());
            router.assertInStep(pool);
            assertThat(router.in(POOL)).hasSize(3);
        }
    }

    @Test
    void tierByHand_hasEventsOfItsOwn() {
        try (MemorySpace space = Pools.space()) {
            KvTier own = new KvTier(KvTierConfig.of("own", SHAPE, 8).withEvents(10), space);
            KvPrompt prompt =
                    KvPrompt.of(range(0, 9))
                            .forTenant("acme")
                            .in(KvContext.NONE.withAdapter("poet"));
            List<String> chain = PlainDigests.chain(pool, prompt);
            try (KvSequence one = filled(pool, prompt)) {
                own.store(one);
            }
            KvEvent.Stored second =
                    new KvEvent.Stored(
                            2,
                            0,
                            chain.get(0),
                            chain.subList(1, 2),
                            ids(4, 8),
                            "acme",
                            "poet",
                            "own");
            assertThat(own.eventsAfter(1).orElseThrow()).containsExactly(second);
            assertThat(own.index().number()).isEqualTo(2);
            assertThat(own.index().blocks()).contains(second);
            own.close();
            assertThat(own.eventsAfter(2).orElseThrow())
                    .containsExactly(new KvEvent.Cleared(3, 0, "own"));
            assertThat(own.index().blocks()).isEmpty();
            assertThat(own.bytesOf("acme")).isZero();
        }
    }

    /// Engines, an owner of the tier's lock and a router at once: an index is that of its number.
    @Test
    void index_whileOthersWork_isExactlyWhatTheEventsSay() {
        var done = new AtomicBoolean();
        List<CompletableFuture<Void>> engines = new ArrayList<>();
        for (int engine = 0; engine < 2; engine++) {
            var random = new Random(engine);
            engines.add(
                    CompletableFuture.runAsync(() -> {
                        for (int step = 0; step < 500; step++) {
                            int from = 1_000 * random.nextInt(6);
                            int[] prompt = range(from, from + 1 + random.nextInt(16));
                            try (KvSequence one = pool.open(KvPrompt.of(prompt))) {
                                one.prefill(one.remainingTokens());
                            }
                        }
                    }));
        }
        CompletableFuture<Void> all =
                CompletableFuture.allOf(engines.toArray(CompletableFuture[]::new))
                        .whenComplete((_, _) -> done.set(true));
        var router = new RouterModel();
        router.begin(pool.index());
        int compared = 0;
        while (!done.get() || compared == 0) {
            KvIndexSnapshot index = pool.index();
            router.followTo(pool, index);
            router.assertKnows(index);
            compared++;
        }
        all.join();
        router.follow(pool);
        router.assertInStep(pool);
    }

    @Test
    void withoutEvents_indexAndBytesAreThereAllTheSame() {
        try (MemorySpace space = Pools.space();
                KvTier silent = new KvTier(KvTierConfig.of("silent", SHAPE, 8), space);
                KvPool mute = new KvPool(config(PER_BLOCK, 8).build(), space, silent);
                KvSequence one = filled(mute, KvPrompt.of(range(0, 9)).forTenant("acme"))) {
            silent.store(one);
            assertThat(silent.eventsAfter(0)).hasValue(List.of());
            assertThat(mute.eventsAfter(0)).hasValue(List.of());
            assertThat(mute.index().digests(POOL)).hasSize(2);
            assertThat(mute.index().digests("silent")).isEqualTo(mute.index().digests(POOL));
            assertThat(silent.index().digests("silent")).isEqualTo(mute.index().digests(POOL));
            assertThat(silent.bytesOf("acme")).isEqualTo(2 * SHAPE.bytesPerBlock());
            assertThat(silent.bytesOf("nobody")).isZero();
            assertThatIllegalStateException()
                    .isThrownBy(mute::sums)
                    .withMessageContaining("keeps no events");
        }
    }

    @Test
    void twoPlacesOfOneName_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KvTier(KvTierConfig.of("kv-file", SHAPE, 6), host, middle))
                .withMessage("tier kv-file is above a tier of the same name: kv-file");
        try (MemorySpace space = Pools.space();
                KvTier named = new KvTier(KvTierConfig.of(POOL, SHAPE, 2), space)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> {
                        new KvPool(config(PER_BLOCK, 8).events(1).build(), space, named);
                    })
                    .withMessageContaining("above a tier of the same name");
            new KvPool(config(PER_BLOCK, 8).build(), space, named).close(); // nobody listens
        }
    }

    @Test
    void events_lessThanNone_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvTierConfig.of("tier", SHAPE, 8).withEvents(-1))
                .withMessage("events must be at least 0: -1");
    }
}
