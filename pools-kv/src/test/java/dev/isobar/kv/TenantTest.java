package dev.isobar.kv;

import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantTest {

    private static final long BLOCK = Pools.shape(4).bytesPerBlock();

    private KvPool pool = pool(4, 8);

    @AfterEach
    void invariants() {
        pool.checkInvariants();
        pool.close();
    }

    @Test
    void tenants_neverFindEachOthersBlocks() {
        filled(pool, KvPrompt.of(range(0, 9)).forTenant("a")).close();
        assertThat(pool.peek(KvPrompt.of(range(0, 9)).forTenant("a"))).isEqualTo(8);
        assertThat(pool.peek(KvPrompt.of(range(0, 9)).forTenant("b"))).isZero();
        assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isZero();
    }

    @Test
    void minimum_isNotEvictedByOthers() {
        share("a", new TenantShare(2 * BLOCK, Long.MAX_VALUE, 1));
        filled(pool, KvPrompt.of(range(0, 16)).forTenant("a")).close();
        filled(pool, KvPrompt.of(range(100, 116)).forTenant("b")).close();
        try (KvSequence all = pool.open(KvPrompt.of(range(200, 232)).forTenant("c"))) {
            assertThat(all.reserve(28)).isInstanceOf(Room.Short.class);
            assertThat(pool.stats().evictedForRoom()).isZero();
            assertThat(all.reserve(24)).isInstanceOf(Room.Ready.class);
            assertThat(pool.peek(KvPrompt.of(range(0, 17)).forTenant("a"))).isEqualTo(8);
        }
    }

    @Test
    void maximum_evictsTheTenantsOwn_beforeOthers() {
        share("a", new TenantShare(0, 3 * BLOCK, 1));
        filled(pool, KvPrompt.of(range(100, 116)).forTenant("b")).close();
        filled(pool, KvPrompt.of(range(0, 12)).forTenant("a")).close();
        try (KvSequence more = filled(pool, KvPrompt.of(range(50, 58)).forTenant("a"))) {
            assertThat(more.tokens()).isEqualTo(8);
            assertThat(stats("a").blocks()).isEqualTo(3);
            assertThat(stats("b").blocks()).isEqualTo(4);
            Room room = more.append(range(0, 8));
            assertThat(room).isInstanceOf(Room.Short.class);
            assertThat(((Room.Short) room).reason()).contains("share of tenant a");
        }
    }

    @Test
    void weight_decidesWhoLosesFirst() {
        pool.close();
        pool =
                pool(
                        config(4, 8)
                                .share("heavy", new TenantShare(0, Long.MAX_VALUE, 3))
                                .share("light", TenantShare.EQUAL));
        filled(pool, KvPrompt.of(range(0, 16)).forTenant("heavy")).close();
        filled(pool, KvPrompt.of(range(0, 16)).forTenant("light")).close();
        filled(pool, KvPrompt.of(range(0, 8)).forTenant("guest")).close();
        assertThat(stats("heavy").blocks()).isEqualTo(4);
        assertThat(stats("light").blocks()).isEqualTo(2);
        assertThat(stats("light").evictedBlocks()).isEqualTo(2);
    }

    @Test
    void stats_countWhatEachAskedAndFound() {
        filled(pool, KvPrompt.of(range(0, 9)).forTenant("a")).close();
        filled(pool, KvPrompt.of(range(0, 9)).forTenant("a")).close();
        assertThat(stats("a").lookupTokens()).isEqualTo(18);
        assertThat(stats("a").hitTokens()).isEqualTo(8);
        assertThat(stats("a").idleBlocks()).isEqualTo(2);
        assertThat(stats("a").bytes()).isEqualTo(2 * BLOCK);
    }

    @Test
    void explain_saysWhy() {
        pool.close();
        long[] now = {0};
        pool = pool(config(4, 4).nanoClock(() -> now[0]));
        KvPrompt prompt = KvPrompt.of(range(0, 9)).forTenant("a");
        assertThat(pool.explain(prompt).miss()).isEqualTo(new KvMiss.NeverStored());

        KvSequence one = pool.open(prompt);
        one.reserve(9);
        assertThat(pool.explain(prompt).miss()).isEqualTo(new KvMiss.InFlight());
        one.commit(9);
        one.close();
        assertThat(pool.explain(prompt)).isEqualTo(new KvExplanation(9, 8, new KvMiss.Nothing()));
        assertThat(pool.explain(prompt.forTenant("b")).miss())
                .isEqualTo(new KvMiss.OtherTenant("a"));

        KvPrompt greedy = KvPrompt.of(range(100, 116)).forTenant("greedy");
        now[0] = 2_000;
        filled(pool, greedy).close();
        now[0] = 7_000;
        assertThat(pool.explain(prompt).miss())
                .isEqualTo(
                        new KvMiss.Dropped(
                                RemovalReason.ROOM, java.time.Duration.ofNanos(5_000), "greedy"));

        pool.limitBytes(0);
        now[0] = 10_000;
        assertThat(pool.explain(greedy).miss())
                .isInstanceOfSatisfying(
                        KvMiss.Dropped.class,
                        dropped -> {
                            assertThat(dropped.reason()).isEqualTo(RemovalReason.LIMIT);
                            assertThat(dropped.ago()).isEqualTo(java.time.Duration.ofNanos(3_000));
                        });
    }

    @Test
    void share_bad_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TenantShare(5, 4, 1))
                .withMessageContaining("5, 4");
        assertThatIllegalArgumentException().isThrownBy(() -> new TenantShare(0, 4, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvPrompt.of(1).forTenant(" "))
                .withMessageContaining("tenant");
    }

    private void share(String tenant, TenantShare share) {
        pool.close();
        pool = pool(config(4, 8).share(tenant, share));
    }

    private TenantStats stats(String tenant) {
        return pool.tenants().stream()
                .filter(each -> each.tenant().equals(tenant))
                .findFirst()
                .orElseThrow();
    }
}
