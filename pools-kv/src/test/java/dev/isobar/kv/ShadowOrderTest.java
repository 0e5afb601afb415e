package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.kv.OwnTraces.Timed;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shadows by themselves: each is what it stands for, and none holds more than it may.
class ShadowOrderTest {

    private static final List<Timed> TRACE = OwnTraces.conversations(21, 600, 20_000, false);

    /// A history with shadows, fed by hand.
    private static final class Bench implements BlockHistory.Listener {

        final BlockHistory history = new BlockHistory(1 << 16, this);
        final ReuseLearner learner;
        final ShadowPath path = new ShadowPath();
        private final DigestChain chain = new DigestChain(64);
        final LruShadow lru;
        final LfuShadow lfu;
        final ArcShadow arc;
        final HazardShadow hazard;
        final List<ShadowOrder> all;
        final long[] hits = new long[4];

        Bench(int capacity) {
            lru = new LruShadow(history, capacity);
            lfu = new LfuShadow(history.slots(), capacity);
            arc = new ArcShadow(history.slots(), capacity);
            learner = new ReuseLearner(AdaptiveSize.of(1 << 16));
            hazard = new HazardShadow(history, capacity, learner.odds());
            all = List.of(lru, lfu, arc, hazard);
        }

        void request(Timed request) {
            int now = (int) (request.millis() / ReuseOdds.TICK_MILLIS);
            chain.truncate(0);
            for (long id : request.ids()) {
                chain.add(id * 0x9E3779B97F4A7C15L, 0, 0, 0);
            }
            learner.request(chain, 0, _ -> 0, now);
            hazard.passTo(now);
            path.begin(BlockHistory.NONE);
            for (int at = 0; at < chain.blocks(); at++) {
                int slot = history.find(chain.key(at));
                path.add(slot == 0 ? history.add(chain.key(at), path.last()) : slot);
                hazard.describe(path.slot(at), learner.kind(at));
            }
            for (int i = 0; i < hits.length; i++) {
                hits[i] += all.get(i).hits(path);
            }
            for (int at = path.length() - 1; at >= 0; at--) {
                lru.beforeTouch(path.slot(at));
                history.touch(path.slot(at));
            }
            all.forEach(shadow -> shadow.request(path));
            if (learner.learn(chain.blocks(), now)) {
                hazard.learnt();
            }
        }

        int held(ShadowOrder shadow) {
            int held = 0;
            for (int slot = 1; slot <= history.size(); slot++) {
                held += shadow.holds(slot) ? 1 : 0;
            }
            return held;
        }

        void assertHoldsWholePrefixes(ShadowOrder shadow) {
            for (int slot = 1; slot <= history.size(); slot++) {
                int parent = history.parent(slot);
                if (shadow.holds(slot) && parent != BlockHistory.NONE) {
                    assertThat(shadow.holds(parent)).as("parent of a held block").isTrue();
                }
            }
        }

        @Override
        public boolean held(int slot) {
            return false;
        }

        @Override
        public void renewed(int slot) {}

        @Override
        public void forgotten(int slot) {}
    }

    /// A sequence that grows brings a block far from the beginning; then all of it is asked for, which is more
    /// than there is room for.
    @Test
    void requestLargerThanTheCache_keepsItsFirstBlocks_thoughALaterOneWasHeld() {
        var bench = new Bench(2);
        bench.request(new Timed(0, new long[] {30}));
        for (int time = 1; time < 4; time++) {
            bench.request(new Timed(time, new long[] {10, 20, 30}));
            assertThat(List.of(bench.lru, bench.lfu, bench.arc))
                    .allMatch(each -> bench.held(each) <= 2);
            assertThat(bench.lfu.hits(bench.path)).isEqualTo(2);
            assertThat(bench.lfu.holds(bench.path.slot(2))).isFalse();
        }
        bench.request(new Timed(9, new long[] {30}));
        assertThat(bench.lfu.holds(bench.path.slot(0))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 60, 400, 3_000})
    void lruLfuAndArc_findWhatTheOrdersFind(int capacity) {
        var bench = new Bench(capacity);
        PrefixReplay lru = PrefixReplay.of(KvPolicy.LRU, capacity);
        PrefixReplay lfu = PrefixReplay.of(KvPolicy.LFU, capacity);
        PrefixReplay arc = PrefixReplay.flat(KvPolicy.ARC, capacity);
        for (Timed each : TRACE) {
            bench.request(each);
            lru.request(each.ids(), 0);
            lfu.request(each.ids(), 0);
            arc.request(each.ids(), 0);
        }
        assertThat(bench.hits[0]).isEqualTo(lru.hits());
        assertThat(bench.hits[1]).isEqualTo(lfu.hits());
        assertThat(bench.hits[2]).isEqualTo(arc.hits());
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 60, 400, 3_000})
    void shadows_areFull_neverMore_andHoldWholePrefixes(int capacity) {
        var bench = new Bench(capacity);
        for (int i = 0; i < TRACE.size(); i++) {
            bench.request(TRACE.get(i));
            if (i % 97 == 0) {
                int expected = Math.min(capacity, bench.history.size());
                assertThat(bench.held(bench.lru)).isEqualTo(expected);
                assertThat(bench.held(bench.lfu)).isEqualTo(expected);
                assertThat(bench.held(bench.hazard)).isEqualTo(expected);
                assertThat(bench.held(bench.arc)).isLessThanOrEqualTo(capacity);
                List.of(bench.lru, bench.lfu, bench.hazard)
                        .forEach(bench::assertHoldsWholePrefixes);
                bench.hazard.checkInvariants();
            }
        }
    }

    /// After the heap was made anew: of all leaves it holds, the one with the lowest key goes.
    @Test
    void hazard_dropsWhatIsWorthLeast() {
        var bench = new Bench(300);
        TRACE.subList(0, 400).forEach(bench::request);
        for (Timed each : TRACE.subList(400, 500)) {
            bench.hazard.learnt();
            assertThat(bench.hazard.leastKey()).isEqualTo(bench.hazard.leastKeyOfAllLeaves());
            bench.request(each);
        }
    }

    /// Counts every array that the order reaches, after many requests, and compares with the promise.
    @ParameterizedTest
    @ValueSource(ints = {80, 100, 300, 500, 1_000, 2_000, 5_000, 10_000, 37_000, 100_000})
    void metadata_isWithinThePromise_atAnyCapacity(int capacity) {
        var table = new BlockTable(capacity, AdaptiveOrder.factory(), true, TableListener.NOBODY);
        var order = (AdaptiveOrder) table.order();
        long longest = 0;
        DigestChain chain = new DigestChain(64);
        for (Timed each : TRACE) {
            chain.truncate(0);
            for (long id : each.ids()) {
                chain.add(id * 0x9E3779B97F4A7C15L, 0, 0, 0);
            }
            longest = Math.max(longest, each.ids().length);
            order.requested(chain, 0, each.millis() * 1_000_000L);
        }
        long promised = AdaptiveSize.of(capacity).bytes();
        assertThat(bytes(order)).isLessThanOrEqualTo(promised + 4 * longest);
        assertThat(promised).isLessThanOrEqualTo((long) AdaptiveSize.BYTES_PER_BLOCK * capacity);
    }

    @Test
    void metadata_isPromised_fromEightyBlocksOn() {
        for (int capacity = 80; capacity < 1_000_000; capacity += 1 + capacity / 300) {
            assertThat(AdaptiveSize.of(capacity).bytes())
                    .as("%d blocks", capacity)
                    .isLessThanOrEqualTo((long) AdaptiveSize.BYTES_PER_BLOCK * capacity);
        }
        assertThat(AdaptiveSize.of(1).bytes()).isLessThan(8_000);
    }

    private static long bytes(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return bytes(root, seen);
    }

    private static long bytes(Object object, Set<Object> seen) {
        if (object instanceof BlockTable || !seen.add(object)) {
            return 0;
        }
        Class<?> type = object.getClass();
        if (type.isArray() && type.componentType().isPrimitive()) {
            return (long) Array.getLength(object) * width(type.componentType());
        }
        if (object instanceof List<?> list) {
            return list.stream().mapToLong(each -> bytes(each, seen)).sum();
        }
        long sum = 0;
        for (Class<?> c = type; c != null && c.getName().startsWith("dev.isobar"); ) {
            for (Field field : c.getDeclaredFields()) {
                boolean ofTheTable = c == AdaptiveOrder.class && field.getName().equals("queues");
                if (!Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && !ofTheTable) {
                    sum += bytes(value(field, object), seen);
                }
            }
            c = c.getSuperclass();
        }
        return sum;
    }

    private static Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static int width(Class<?> type) {
        return switch (type.getName()) {
            case "long", "double" -> 8;
            case "int", "float" -> 4;
            case "char", "short" -> 2;
            default -> 1;
        };
    }
}
