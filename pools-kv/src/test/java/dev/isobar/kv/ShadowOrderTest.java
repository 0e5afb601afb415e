package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.kv.OwnTraces.Timed;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.HashSet;
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

        final BlockHistory history = new BlockHistory(1 << 20, this);
        final int capacity;
        final LruShadow lru;
        final LfuShadow lfu;
        final ArcShadow arc;
        final HazardShadow hazard;
        final List<ShadowOrder> all;
        final long[] hits = new long[4];
        final Set<Long> dropped = new HashSet<>();
        private int[] path = {};

        Bench(int capacity) {
            this.capacity = capacity;
            lru = new LruShadow(history, capacity);
            lfu = new LfuShadow(history.slots(), capacity);
            arc = new ArcShadow(history.slots(), capacity);
            hazard = new HazardShadow(history, capacity);
            all = List.of(lru, lfu, arc, hazard);
        }

        void request(Timed request) {
            path = new int[request.ids().length];
            int parent = BlockHistory.NONE;
            for (int at = 0; at < path.length; at++) {
                int slot = history.find(request.ids()[at] << 32);
                path[at] = slot == 0 ? history.add(request.ids()[at] << 32, parent) : slot;
                parent = path[at];
            }
            for (int i = 0; i < hits.length; i++) {
                hits[i] += all.get(i).hits(path, path.length);
            }
            for (int at = path.length - 1; at >= 0; at--) {
                lru.beforeTouch(path[at]);
                history.touch(path[at]);
            }
            hazard.passTo(request.millis());
            all.forEach(shadow -> shadow.request(path, path.length, 0, ShadowOrder.Dropped.NOBODY));
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
        public void grown(int slots) {
            all.forEach(shadow -> shadow.grown(slots));
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

    @Test
    void hazard_dropsWhatIsWorthLeast() {
        var bench = new Bench(300);
        List<Timed> first = TRACE.subList(0, 400);
        first.forEach(bench::request);
        for (Timed each : TRACE.subList(400, 500)) {
            double least = bench.hazard.leastWorth();
            assertThat(least).isEqualTo(bench.hazard.leastWorthOfAllLeaves());
            bench.request(each);
        }
    }

    /// Counts every array that the order reaches, and compares with what it says of itself.
    @Test
    void metadata_isWhatTheConstantsSay() {
        int capacity = 40_000;
        var table = new BlockTable(capacity, AdaptiveOrder.factory(), true, TableListener.NOBODY);
        var order = (AdaptiveOrder) table.order();
        long before = bytes(order);
        DigestChain chain = new DigestChain(1);
        for (int id = 1; id <= AdaptiveOrder.remembered(capacity); id++) {
            chain.truncate(0);
            chain.add((long) id * 0x9E3779B97F4A7C15L, id, 0, 0);
            order.requested(chain, 0, id * 1_000_000L);
        }
        int slots = order.history().slots();
        assertThat(slots).isEqualTo(70_000);
        long grown = bytes(order) - before;
        long segments = (long) slots * (6 - 2) + 35L * 2 * slots; // one each here, not a sixth
        assertThat(grown).isLessThan((long) AdaptiveOrder.BYTES_PER_SLOT * slots + segments);
        assertThat(AdaptiveOrder.BYTES_PER_SLOT * 7 / 4 + AdaptiveOrder.BYTES_PER_BLOCK)
                .as("bytes for a block held, all remembered ones included, in a large pool")
                .isLessThanOrEqualTo(128);
        assertThat(before).as("fixed").isLessThan(2L << 20);
    }

    private static long bytes(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return bytes(root, seen);
    }

    private static long bytes(Object object, Set<Object> seen) {
        if (object instanceof BlockTable || object instanceof BlockQueues || !seen.add(object)) {
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
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
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
