package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What an owner of a pool may do who knows more than the priority.
class SelectiveEvictionTest {

    private final PoolFixture f = new PoolFixture(100);

    @Test
    void evict_takesTheEntryOfThatKey_thoughOthersAreWorthLess() {
        f.put("old", 40);
        f.put("young", 30);
        assertThat(f.pool.evict("young")).isEqualTo(30);
        assertThat(f.evicted()).containsExactly("young");
        assertThat(f.keys()).containsExactly("old");
        f.assertBalanced();
    }

    @Test
    void evict_leavesWhatIsLeasedOrKept_andKnowsWhatIsNotThere() {
        var kept =
                new PoolFixture(
                        100,
                        EvictionPriority.<Block>lru().keeping(each -> each.read().equals("kept")),
                        settings -> settings);
        kept.put("kept", 10);
        kept.put("leased", 10);
        try (Lease<Block> _ = kept.lease("leased")) {
            assertThat(kept.pool.evict("kept")).isZero();
            assertThat(kept.pool.evict("leased")).isZero();
            assertThat(kept.pool.evict("nobody")).isZero();
        }
        assertThat(kept.pool.evict("leased")).isEqualTo(10);
        assertThat(kept.keys()).containsExactly("kept");
        kept.assertBalanced();
    }

    @Test
    void evict_thenRoom_isFoundInOrder() {
        f.put("a", 40);
        f.put("b", 30);
        f.put("c", 30);
        f.pool.evict("b");
        f.put("d", 60);
        assertThat(f.evicted()).containsExactly("b", "a");
        f.assertBalanced();
    }

    @Test
    void ranking_isInTheOrderOfEviction_withoutThoseThatStay() {
        f.put("a", 10);
        f.put("b", 10);
        f.put("c", 10);
        f.use("a");
        try (Lease<Block> _ = f.lease("c")) {
            assertThat(f.pool.ranking()).containsExactly("b", "a");
        }
        assertThat(f.pool.ranking()).containsExactly("b", "a", "c");
        f.put("big", 100);
        assertThat(f.evicted()).containsExactly("b", "a", "c");
    }

    @Test
    void ranking_ofTheAdaptivePriority_namesEveryIdleEntry() {
        var adaptive = new PoolFixture(100, EvictionPriority.adaptive(), settings -> settings);
        adaptive.put("a", 10);
        adaptive.put("b", 20);
        try (Lease<Block> _ = adaptive.lease("b")) {
            assertThat(adaptive.pool.ranking()).containsExactly("a");
        }
        assertThat(adaptive.pool.ranking()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void share_joinsALease_andBeginsNone() {
        f.put("a", 60);
        assertThat(f.pool.share("a")).isEmpty();
        assertThat(f.pool.share("nobody")).isEmpty();
        Lease<Block> first = f.lease("a");
        Lease<Block> second = f.pool.share("a").orElseThrow();
        assertThat(f.pool.stats().pinnedBytes()).isEqualTo(60);
        first.close();
        assertThat(f.pool.evict("a")).isZero();
        assertThat(second.value().read()).isEqualTo("a");
        second.close();
        assertThat(f.pool.evict("a")).isEqualTo(60);
        f.assertBalanced();
    }

    @Test
    void share_ofWhatHasLeft_isRefused() {
        f.put("a", 60);
        try (Lease<Block> _ = f.lease("a")) {
            f.pool.invalidate("a");
            assertThat(f.pool.share("a")).isEmpty();
        }
        f.assertBalanced();
    }

    @Test
    void joinIfFree_evictsNothing_andReservesWhatItLeads() {
        f.put("a", 60);
        assertThat(f.pool.joinIfFree("b", 41)).isEmpty();
        assertThat(f.evicted()).isEmpty();

        var lead = (Turn.Lead<Block>) f.pool.joinIfFree("b", 40).orElseThrow();
        assertThat(f.pool.usedBytes()).isEqualTo(100);
        assertThat(f.pool.stats().reservedBytes()).isEqualTo(40);
        lead.ticket().publish(new Block("b", 40)).close();
        assertThat(f.keys()).containsExactly("a", "b");
        f.assertBalanced();
    }

    @Test
    void joinIfFree_ofWhatIsThere_isAHit_andGivesItsReservationBack() {
        f.put("a", 60);
        var hit = (Turn.Hit<Block>) f.pool.joinIfFree("a", 40).orElseThrow();
        assertThat(f.pool.stats().reservedBytes()).isZero();
        hit.lease().close();
        f.assertBalanced();
    }

    @Test
    void joinIfFree_givenUp_leavesNothing() {
        var lead = (Turn.Lead<Block>) f.pool.joinIfFree("a", 100).orElseThrow();
        lead.ticket().close();
        assertThat(f.pool.usedBytes()).isZero();
        f.put("b", 100);
        f.assertBalanced();
    }
}
