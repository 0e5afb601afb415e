package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/// The parts of the adaptive order against models of a few lines.
class ShadowCacheProperties {

    @Property(tries = 200)
    void slots_findWhatWasAddedAndNothingElse(
            @ForAll @Size(max = 300) List<@IntRange(min = -40, max = 40) Integer> hashes) {
        var slots = new ShadowSlots(64);
        Map<Integer, Integer> model = new HashMap<>();
        for (int hash : hashes) {
            Integer slot = model.remove(hash);
            if (slot != null) {
                slots.remove(slot);
            } else if (!slots.full()) {
                model.put(hash, slots.add(hash));
            }
            model.forEach((h, s) -> assertThat(slots.find(h)).isEqualTo(s));
            assertThat(slots.count()).isEqualTo(model.size());
        }
        for (int hash = -40; hash <= 40; hash++) {
            assertThat(slots.find(hash) != ShadowSlots.NONE).isEqualTo(model.containsKey(hash));
        }
    }

    @Property(tries = 200)
    void recency_staysWithinItsCapacity(
            @ForAll @Size(max = 400) List<@IntRange(max = 30) Integer> keys,
            @ForAll @IntRange(min = 1, max = 20) int capacity) {
        AdaptiveRule recency = AdaptiveRule.ALL.getLast();
        var cache = new ShadowCache(recency, capacity, _ -> 0);
        Map<Integer, Boolean> model = new LinkedHashMap<>(16, 0.75f, true);
        // the rank of an LRU entry is the inflation at its use plus 1, which rises only by
        // evictions:
        // so entries used between the same two evictions are equal, and any of them may go
        for (int key : keys) {
            boolean hit = cache.request(Adaptation.hash(key), 1, 1);
            assertThat(cache.count()).isLessThanOrEqualTo(capacity);
            boolean expected = model.put(key, true) != null;
            if (model.size() > capacity) {
                model.remove(model.keySet().iterator().next());
            }
            if (capacity == 1) {
                assertThat(hit).isEqualTo(expected);
            }
        }
    }

    @Property(tries = 100)
    void everyRule_staysWithinItsBudget(
            @ForAll @Size(max = 400) List<@IntRange(max = 60) Integer> keys,
            @ForAll @IntRange(min = 1, max = 50) int budget) {
        for (AdaptiveRule rule : AdaptiveRule.ALL) {
            var cache = new ShadowCache(rule, budget, key -> key & 15);
            Set<Integer> seen = new HashSet<>();
            for (int key : keys) {
                int bytes = 1 + key % 9;
                boolean hit = cache.request(key, bytes, 1 + key % 4);
                assertThat(!hit || seen.contains(key)).isTrue();
                seen.add(key);
            }
            cache.budget(0);
            assertThat(cache.count()).isZero();
        }
    }

    @Test
    void cache_unlimitedBudget_holdsNoMoreThanItsCapacity() {
        for (AdaptiveRule rule : AdaptiveRule.ALL) {
            var cache = new ShadowCache(rule, 1e9, _ -> 1);
            for (int key = 0; key < 10_000; key++) {
                cache.request(key, 1, 1);
            }
            assertThat(cache.count()).isEqualTo(ShadowCache.CAPACITY);
            cache.retain(hash -> hash % 2 == 0);
            assertThat(cache.count()).isLessThan(ShadowCache.CAPACITY);
        }
    }

    @Test
    void ghosts_rememberTheLastOnes_andForgetOlderOnes() {
        var ghosts = new GhostSet(1_000);
        for (int i = 0; i < 5_000; i++) {
            ghosts.add(Adaptation.hash(i));
        }
        int young = 0;
        int old = 0;
        for (int i = 0; i < 1_000; i++) {
            young += ghosts.contains(Adaptation.hash(4_000 + i), 1_000) ? 1 : 0;
            old += ghosts.contains(Adaptation.hash(i), 1_000) ? 1 : 0;
        }
        assertThat(young).isGreaterThan(800);
        assertThat(old).isLessThan(20);
    }

    @Test
    void sketch_growing_keepsItsEstimates() {
        var sketch = new AdaptiveSketch();
        for (int i = 0; i < 20; i++) {
            for (int times = 0; times <= i % 10; times++) {
                sketch.increment(Adaptation.hash(i));
            }
        }
        sketch.expect(100_000);
        for (int i = 0; i < 20; i++) {
            assertThat(sketch.frequency(Adaptation.hash(i))).isBetween(1 + i % 10, 3 + i % 10);
        }
    }

    @Test
    void sketch_ages() {
        var sketch = new AdaptiveSketch();
        for (int i = 0; i < 12; i++) {
            sketch.increment(7);
        }
        for (int i = 0; i < 2_000; i++) {
            sketch.increment(Adaptation.hash(i));
        }
        assertThat(sketch.frequency(7)).isLessThan(8);
    }
}
