package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// vLLM's vectors of its offload manager, with four places. Its places begin at 0, ours at 1.
class OffloadVectorsTest {

    private TierLedger tier = new TierLedger(4, false, 0, 0);
    private int[] slots = new int[8];
    private long[] evicted = {};

    @AfterEach
    void invariants() {
        tier.table().checkInvariants();
    }

    @Test
    void o1_lru() {
        assertThat(store(1, 2)).containsExactly(1, 2);
        assertThat(tier.lookup(keys(1), 0)).isEqualTo(TierLedger.Presence.PENDING);
        complete(true, 1, 2);
        assertThat(tier.lookup(keys(1), 0)).isEqualTo(TierLedger.Presence.HIT);

        assertThat(store(2, 3, 4, 5)).containsExactly(0, 3, 4, 1);
        assertThat(evicted).containsExactly(1L);
        int[] second = slots.clone();
        assertThat(tier.lookup(keys(1), 0)).isEqualTo(TierLedger.Presence.MISS);
        assertThat(store(1, 6)).isNull();
        slots = second;
        complete(true, 2, 3, 4, 5);

        assertThat(load(2, 3)).containsExactly(2, 3);
        int[] loaded = slots.clone();
        assertThat(store(6, 7, 8)).isNull();
        tier.completeLoad(loaded, 0, 2);

        assertThat(store(6, 7, 8)).containsExactly(4, 3, 2);
        assertThat(evicted).containsExactly(2L, 3L, 4L);
        complete(true, 6, 7, 8);
        tier.touch(keys(5, 6, 7));
        assertThat(store(7, 9)).containsExactly(0, 2);
        assertThat(evicted).containsExactly(8L);
        assertThat(tier.lookup(keys(8), 0)).isEqualTo(TierLedger.Presence.MISS);
        complete(false, 7, 9);
        assertThat(tier.lookup(keys(7), 0)).isEqualTo(TierLedger.Presence.HIT);
        assertThat(tier.lookup(keys(9), 0)).isEqualTo(TierLedger.Presence.MISS);
    }

    @Test
    void o1_touch_makesTheFirstTheYoungest() {
        put(1, 2, 3, 4);
        tier.touch(keys(1, 2, 3, 4));
        put(5);
        assertThat(evicted).containsExactly(4L);
        put(6, 7);
        assertThat(evicted).containsExactly(3L, 2L);
    }

    @Test
    void o1_events_tellWhatIsThere_notWhatIsComing() {
        TierJournal journal = new TierJournal("tier", 100);
        tier = new TierLedger(4, TierLedger.order(false), 0, 0, journal);
        store(1, 2);
        assertThat(journal.own().after(0)).isEmpty();
        complete(true, 1, 2);
        store(2, 3, 4, 5);
        complete(false, 2, 3, 4, 5);
        assertThat(journal.own().after(0))
                .extracting(OffloadVectorsTest::told)
                .containsExactly("stored " + hex(1), "stored " + hex(2), "removed " + hex(1));
    }

    private static String told(KvEvent event) {
        return switch (event) {
            case KvEvent.Stored stored -> "stored " + String.join(",", stored.digests());
            case KvEvent.Removed removed -> "removed " + removed.digest();
            case KvEvent.Cleared _ -> "cleared";
        };
    }

    private static String hex(int key) {
        return DigestSum.hex(keys(key), 0);
    }

    @Test
    void o2_whatIsStoredAlready_isNotEvictedForTheRest() {
        for (boolean arc : new boolean[] {false, true}) {
            tier = new TierLedger(4, arc, 0, 0);
            put(1, 2);
            tier.touch(keys(1));
            assertThat(store(2, 3, 4, 5)).containsExactly(0, 3, 4, 1);
            assertThat(evicted).containsExactly(1L);
            assertThat(tier.lookup(keys(1), 0)).isEqualTo(TierLedger.Presence.MISS);
            assertThat(tier.lookup(keys(2), 0)).isEqualTo(TierLedger.Presence.HIT);
            complete(true, 2, 3, 4, 5);
            tier.table().checkInvariants();
        }
    }

    @Test
    void o3_usage() {
        assertThat(tier.usage()).isZero();
        store(1, 2);
        assertThat(tier.usage()).isEqualTo(0.5);
        complete(true, 1, 2);
        put(3, 4);
        assertThat(tier.usage()).isEqualTo(1.0);
    }

    @Test
    void o4_placesOfALoad_areInTheOrderOfTheKeys() {
        put(1, 2, 3);
        assertThat(load(2, 3, 1)).containsExactly(2, 3, 1);
        tier.completeLoad(slots, 0, 3);
    }

    @Test
    void load_ofWhatIsNotThere_holdsNothing() {
        put(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> load(1, 2))
                .withMessageContaining("block 1 of the chain");
        assertThat(tier.evictable()).isEqualTo(1);
    }

    @Test
    void o5_threshold_storesWhatWasLookedUpTwice() {
        tier = new TierLedger(4, false, 2, 3);
        lookup(1, 2);
        assertThat(store(1, 2)).containsExactly(0, 0);
        assertThat(tier.skipped()).isEqualTo(2);
        lookup(1);
        assertThat(store(1, 2)).containsExactly(1, 0);
        complete(true, 1, 2);
        assertThat(tier.skipped()).isEqualTo(3);
        lookup(3, 4);
        lookup(2); // was pushed out by 3 and 4: counts from 1 again
        assertThat(store(2)).containsExactly(0);
    }

    @Test
    void o6_evictable_isReadyAndNotLoaded() {
        tier = new TierLedger(4, Counting::new, 0, 0, new TierJournal("", 0));
        Counting order = (Counting) tier.table().order();
        assertThat(tier.evictable()).isZero();
        put(1, 2, 3);
        assertThat(tier.evictable()).isEqualTo(3);
        load(1);
        int[] one = slots.clone();
        assertThat(tier.evictable()).isEqualTo(2);
        load(1);
        assertThat(tier.evictable()).isEqualTo(2);
        tier.completeLoad(one, 0, 1);
        assertThat(tier.evictable()).isEqualTo(2);
        tier.completeLoad(one, 0, 1);
        assertThat(tier.evictable()).isEqualTo(3);
        store(4, 5, 6);
        assertThat(tier.evictable()).isEqualTo(1);
        complete(false, 4, 5, 6);
        assertThat(tier.evictable()).isEqualTo(1);
        tier.reset();
        assertThat(tier.evictable()).isZero();

        put(1, 2, 3);
        load(1, 2, 3);
        int[] three = slots.clone();
        int asked = order.asked;
        assertThat(store(4, 5)).isNull();
        assertThat(order.asked).as("the order is not even asked").isEqualTo(asked).isPositive();
        tier.completeLoad(three, 0, 3);
        assertThat(tier.evictable()).isEqualTo(3);
        store(4, 5);
        assertThat(tier.evictable()).isEqualTo(2);
        complete(true, 4, 5);
        assertThat(tier.evictable()).isEqualTo(4);
    }

    /// The order of arrival, and how often it was asked for a victim.
    private static final class Counting extends EvictionOrder {
        private final TouchOrder order;
        private int asked;

        Counting(BlockTable table, BlockQueues queues) {
            order = new TouchOrder(table, queues);
        }

        @Override
        void entered(int block) {
            order.entered(block);
        }

        @Override
        void released(int block) {
            order.released(block);
        }

        @Override
        void left(int block) {
            order.left(block);
        }

        @Override
        void moved(int from, int to) {
            order.moved(from, to);
        }

        @Override
        int victim(Eligible may) {
            asked++;
            return order.victim(may);
        }
    }

    @Test
    void o7_arc_newBlocksAreSeenOnce_touchedOnesAgain() {
        ArcOrder order = arc(4);
        put(1, 2);
        assertThat(order.seenAgain(1)).isFalse();
        tier.touch(keys(1));
        assertThat(order.seenAgain(1)).isTrue();
        assertThat(order.seenAgain(2)).isFalse();
    }

    @Test
    void o7_arc_aGhostThatIsAskedFor_raisesTheTarget() {
        ArcOrder order = arc(2);
        put(1, 2);
        put(3);
        assertThat(evicted).containsExactly(1L);
        assertThat(order.ghosts()).isEqualTo(1);
        tier.touch(keys(2));
        assertThat(order.target()).isZero();
        tier.touch(keys(1));
        assertThat(order.target()).isEqualTo(1);
    }

    @Test
    void o7_arc_targetOne_evictsTheOldestSeenOnce() {
        targetOne();
        tier.touch(keys(3, 4));
        put(5);
        assertThat(evicted).containsExactly(1L);
    }

    @Test
    void o7_arc_targetOne_theOnlyOneSeenOnceGoes() {
        targetOne();
        tier.touch(keys(1, 3, 4));
        int placeOfTwo = tier.table().find(keys(2), 0);
        assertThat(store(5)).containsExactly(placeOfTwo);
        assertThat(evicted).containsExactly(2L);
        complete(true, 5);
    }

    /// Four places, 1 to 4 in them, seen once; one of them should be.
    private void targetOne() {
        ArcOrder order = arc(4);
        put(8, 1, 2, 3);
        put(4);
        tier.touch(keys(8));
        assertThat(order.target()).isEqualTo(1);
    }

    @Test
    void o7_arc_ghosts_areAsManyAsThereArePlaces() {
        ArcOrder order = arc(4);
        for (int key = 1; key < 40; key++) {
            put(key);
            assertThat(order.ghosts()).isEqualTo(Math.clamp(key - 4, 0, 4));
        }
    }

    private ArcOrder arc(int places) {
        tier = new TierLedger(places, true, 0, 0);
        return (ArcOrder) tier.table().order();
    }

    @Test
    void o7_failedStore_leavesTheEvictedAsGhosts() {
        ArcOrder order = arc(2);
        put(1, 2);
        store(3);
        assertThat(evicted).containsExactly(1L);
        complete(false, 3);
        assertThat(order.ghosts()).isEqualTo(1);
        assertThat(tier.lookup(keys(1), 0)).isEqualTo(TierLedger.Presence.MISS);
        assertThat(tier.lookup(keys(2), 0)).isEqualTo(TierLedger.Presence.HIT);
        tier.touch(keys(1));
        assertThat(order.target()).as("it is the ghost of 1").isEqualTo(1);
    }

    private void put(int... keys) {
        assertThat(store(keys)).isNotNull();
        complete(true, keys);
    }

    private void lookup(int... keys) {
        for (int at = 0; at < keys.length; at++) {
            tier.lookup(keys(keys), at);
        }
    }

    private int[] store(int... keys) {
        slots = new int[8];
        Departures victims = new Departures();
        int count = tier.prepareStore(keys(keys), slots, victims);
        DigestChain last = victims.reversed(0, victims.count());
        evicted =
                IntStream.iterate(victims.count() - 1, at -> at >= 0, at -> at - 1)
                        .mapToLong(at -> last.word(at, 1))
                        .toArray();
        return count == TierLedger.REFUSED ? null : Arrays.copyOf(slots, keys.length);
    }

    private void complete(boolean stored, int... keys) {
        tier.completeStore(keys(keys), slots, stored);
    }

    private int[] load(int... keys) {
        slots = new int[8];
        tier.prepareLoad(keys(keys), 0, keys.length, slots);
        return Arrays.copyOf(slots, keys.length);
    }

    private static DigestChain keys(int... keys) {
        DigestChain chain = new DigestChain(keys.length);
        for (int key : keys) {
            chain.add(key * 0x9E3779B97F4A7C15L, key, 0, 0);
        }
        return chain;
    }
}
