package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LeafHeapTest {

    /// Against a sorted list: 0 removes the first, 1 lets it sink, 2 lays it aside, 3 restores, others are
    /// keys to add.
    @Property
    void randomSteps_firstIsTheLowest(
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 40) Integer> steps) {
        var heap = new LeafHeap(20);
        List<Long> model = new ArrayList<>();
        List<Long> aside = new ArrayList<>();
        int block = 0;
        for (int step : steps) {
            if (step > 3) {
                boolean added = heap.add(++block, step);
                assertThat(added).isEqualTo(model.size() + aside.size() < 20);
                if (added) {
                    model.add((long) step);
                }
            } else if (step == 3) {
                heap.restore();
                model.addAll(aside);
                aside.clear();
            } else if (!model.isEmpty()) {
                long first = model.removeFirst();
                if (step == 0) {
                    heap.removeFirst();
                } else if (step == 1) {
                    heap.sinkFirst(first + 7);
                    model.add(first + 7);
                } else {
                    heap.layFirstAside();
                    aside.add(first);
                }
            }
            Collections.sort(model);
            assertThat(heap.size()).isEqualTo(model.size());
            if (!model.isEmpty()) {
                assertThat(heap.firstKey()).isEqualTo(model.getFirst());
            }
        }
    }

    @Test
    void block_goesWithItsKey() {
        var heap = new LeafHeap(4);
        heap.add(7, 70);
        heap.add(5, 50);
        heap.add(9, 90);
        assertThat(heap.first()).isEqualTo(5);
        heap.layFirstAside();
        assertThat(heap.first()).isEqualTo(7);
        heap.sinkFirst(95);
        assertThat(heap.first()).isEqualTo(9);
        heap.restore();
        assertThat(heap.first()).isEqualTo(5);
        heap.clear();
        assertThat(heap.size()).isZero();
    }
}
