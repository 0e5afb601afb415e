package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BlockHistoryTest {

    private final List<Long> forgotten = new ArrayList<>();
    private final Set<Long> held = new HashSet<>();

    private static long key(long id) {
        return id << 32;
    }

    private final Map<Integer, Long> ids = new HashMap<>();

    private int add(BlockHistory history, long id, int parent) {
        int slot = history.add(key(id), parent);
        ids.put(slot, id);
        return slot;
    }

    private BlockHistory history(int slots) {
        return new BlockHistory(
                slots,
                new BlockHistory.Listener() {
                    @Override
                    public boolean held(int slot) {
                        return held.contains(ids.get(slot));
                    }

                    @Override
                    public void renewed(int slot) {}

                    @Override
                    public void forgotten(int slot) {
                        forgotten.add(ids.get(slot));
                    }
                });
    }

    @Test
    void allSlotsTaken_theOldestIsForgotten() {
        BlockHistory history = history(3);
        int first = add(history, 1, 0);
        add(history, 2, first);
        add(history, 3, 0);
        history.touch(first);
        add(history, 4, 0);
        assertThat(forgotten).containsExactly(2L);
        assertThat(history.find(key(2))).isEqualTo(BlockHistory.NONE);
        assertThat(history.find(key(1))).isEqualTo(first);
        assertThat(history.size()).isEqualTo(3);
    }

    @Test
    void held_isPassedOver_howeverOld() {
        BlockHistory history = history(3);
        add(history, 1, 0);
        add(history, 2, 0);
        add(history, 3, 0);
        held.addAll(Set.of(1L, 2L));
        add(history, 4, 0);
        assertThat(forgotten).containsExactly(3L);
        assertThat(history.size()).as("never more than there are").isEqualTo(3);
    }

    @Test
    void parent_canBeFoundAgainElsewhere() {
        BlockHistory history = history(3);
        int child = add(history, 2, 0);
        int parent = add(history, 1, 0);
        history.parent(child, parent);
        assertThat(history.parent(child)).isEqualTo(parent);
    }

    @Test
    void manyBlocks_areAllFound() {
        BlockHistory history = history(10_000);
        for (long id = 1; id <= 10_000; id++) {
            int slot = history.add(id * 0x9E3779B97F4A7C15L, 0);
            assertThat(history.find(id * 0x9E3779B97F4A7C15L)).isEqualTo(slot);
        }
        for (long id = 1; id <= 10_000; id++) {
            assertThat(history.find(id * 0x9E3779B97F4A7C15L)).isEqualTo((int) id);
        }
    }

    /// Against a list: the youngest at the end, the first one goes.
    @Property
    void randomKeys_areRememberedLikeAList(
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 30) Integer> keys) {
        BlockHistory history = history(10);
        List<Long> model = new ArrayList<>();
        for (long id : keys.stream().mapToLong(each -> each).toArray()) {
            int slot = history.find(key(id));
            assertThat(slot != BlockHistory.NONE).isEqualTo(model.contains(id));
            if (slot == BlockHistory.NONE) {
                add(history, id, 0);
                if (model.size() == 10) {
                    model.removeFirst();
                }
            } else {
                history.touch(slot);
                model.remove(id);
            }
            model.add(id);
            assertThat(ids.get(history.recency().first(0))).isEqualTo(model.getFirst());
        }
        assertThat(history.size()).isEqualTo(model.size());
    }
}
