package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BlockHistoryTest {

    private final List<Long> forgotten = new ArrayList<>();
    private final Set<Long> held = new HashSet<>();
    private int grown;

    private BlockHistory history(int limit) {
        BlockHistory[] made = new BlockHistory[1];
        made[0] =
                new BlockHistory(
                        limit,
                        new BlockHistory.Listener() {
                            @Override
                            public void grown(int slots) {
                                grown = slots;
                            }

                            @Override
                            public boolean held(int slot) {
                                return held.contains(made[0].key(slot));
                            }

                            @Override
                            public void renewed(int slot) {}

                            @Override
                            public void forgotten(int slot) {
                                forgotten.add(made[0].key(slot));
                            }
                        });
        return made[0];
    }

    @Test
    void limit_reached_theOldestIsForgotten() {
        BlockHistory history = history(3);
        int first = history.add(1, 0);
        history.add(2, first);
        history.add(3, 0);
        history.touch(first);
        history.add(4, 0);
        assertThat(forgotten).containsExactly(2L);
        assertThat(history.find(2)).isEqualTo(BlockHistory.NONE);
        assertThat(history.find(1)).isEqualTo(first);
        assertThat(history.size()).isEqualTo(3);
    }

    @Test
    void held_isNotForgotten() {
        BlockHistory history = history(2);
        history.add(1, 0);
        history.add(2, 0);
        held.add(1L);
        history.add(3, 0);
        assertThat(forgotten).containsExactly(2L);
        held.addAll(Set.of(1L, 3L));
        history.add(4, 0);
        assertThat(history.size()).as("more than the limit, as all are held").isEqualTo(3);
    }

    @Test
    void manyBlocks_areAllFound_afterGrowing() {
        BlockHistory history = history(1 << 20);
        for (long key = 1; key <= 10_000; key++) {
            history.add(key * 0x9E3779B97F4A7C15L, 0);
        }
        for (long key = 1; key <= 10_000; key++) {
            assertThat(history.key(history.find(key * 0x9E3779B97F4A7C15L)))
                    .isEqualTo(key * 0x9E3779B97F4A7C15L);
        }
        assertThat(grown).isEqualTo(history.slots()).isGreaterThanOrEqualTo(10_000);
    }

    /// Against a list: the youngest at the end, the first one goes.
    @Property
    void randomKeys_areRememberedLikeAList(
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 30) Integer> keys) {
        forgotten.clear();
        BlockHistory history = history(10);
        List<Long> model = new ArrayList<>();
        for (int each : keys) {
            long key = (long) each << 40;
            int slot = history.find(key);
            assertThat(slot != BlockHistory.NONE).isEqualTo(model.contains(key));
            if (slot == BlockHistory.NONE) {
                history.add(key, 0);
                if (model.size() == 10) {
                    model.removeFirst();
                }
            } else {
                history.touch(slot);
                model.remove(key);
            }
            model.add(key);
            assertThat(history.key(history.recency().first(0))).isEqualTo(model.getFirst());
        }
        assertThat(history.size()).isEqualTo(model.size());
    }
}
