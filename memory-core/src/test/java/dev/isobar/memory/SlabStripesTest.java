package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlabStripesTest {

    private final SlabStripes stripes = new SlabStripes(2, 5 * ChunkMarks.CHUNK_PAGES);
    private long[] one = {};
    private long[] other = {};

    /// Whose number falls on which stripe is not for the test to say: threads are asked until both have
    /// answered.
    @BeforeEach
    void findBothStripes() throws InterruptedException {
        Set<long[]> found = Collections.newSetFromMap(new IdentityHashMap<>());
        while (found.size() < 2) {
            Thread.ofPlatform().start(() -> found.add(stripes.own())).join();
        }
        Iterator<long[]> both = found.iterator();
        one = both.next();
        other = both.next();
    }

    @Test
    void chunkWhereAnotherIsAtHome_isRefused_andNoOther() {
        assertThat(stripes.settle(one, 0)).isTrue();
        assertThat(stripes.settle(other, 0)).isFalse();
        assertThat(stripes.settle(other, 1)).isTrue();
        assertThat(stripes.settle(one, 1)).isFalse();
        assertThat(stripes.settle(one, 0)).isTrue();
    }

    @Test
    void stripe_isAtHomeInTheLastTwoChunks_andLeavesThoseBefore() {
        for (int chunk = 0; chunk < 3; chunk++) {
            assertThat(stripes.settle(one, chunk)).isTrue();
        }
        assertThat(stripes.settle(other, 2)).isFalse();
        assertThat(stripes.settle(other, 1)).isFalse();
        assertThat(stripes.settle(other, 0)).isTrue();
        assertThat(stripes.settle(one, 0)).isFalse();
    }
}
