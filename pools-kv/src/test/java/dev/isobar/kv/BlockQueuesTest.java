package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// vLLM's cases of the free queue; its blocks 0 to 4 are 1 to 5 here, where 0 stands for none.
class BlockQueuesTest {

    private static final int QUEUE = 0;

    private final BlockQueues queues = new BlockQueues(6, 2);

    @AfterEach
    void check() {
        queues.check(QUEUE);
        queues.check(1);
    }

    @Test
    void poll_takesTheHead_andAnEmptyQueueSaysSo() {
        fill(1);
        assertThat(queues.poll(QUEUE)).isEqualTo(1);
        assertThat(queues.size(QUEUE)).isZero();
        assertThatIllegalStateException()
                .isThrownBy(() -> queues.poll(QUEUE))
                .withMessage("No free blocks available");
    }

    @Test
    void removeFromTheMiddle_linksTheNeighbours() {
        fill(1, 2, 3, 4, 5);
        assertThat(queues.poll(QUEUE)).isEqualTo(1);
        queues.remove(QUEUE, 3);
        assertThat(queues.after(2)).isEqualTo(4);
        queues.addLast(QUEUE, 3);
        assertThat(queues.after(5)).isEqualTo(3);
        assertThat(all()).containsExactly(2, 4, 5, 3);
        assertThat(IntStream.range(0, 4).map(_ -> queues.poll(QUEUE))).containsExactly(2, 4, 5, 3);
        assertThatIllegalStateException().isThrownBy(() -> queues.poll(QUEUE));
    }

    @Test
    void addLast_inTurn_keepsTheOrder() {
        fill(1);
        fill(5, 6);
        fill(2, 3, 4);
        assertThat(all()).containsExactly(1, 5, 6, 2, 3, 4);
    }

    @Test
    void addAfter_putsARunAheadOfAll() {
        fill(1);
        run(5, 6);
        assertThat(all()).containsExactly(5, 6, 1);
        run(2, 3);
        assertThat(all()).containsExactly(2, 3, 5, 6, 1);
    }

    @Test
    void poll_aFew_leavesNoLinks() {
        fill(2, 4, 6, 5, 1, 3);
        assertThat(List.of(queues.poll(QUEUE))).containsExactly(2);
        assertThat(List.of(queues.poll(QUEUE), queues.poll(QUEUE))).containsExactly(4, 6);
        assertThat(all()).containsExactly(5, 1, 3);
        assertThat(List.of(queues.poll(QUEUE), queues.poll(QUEUE), queues.poll(QUEUE)))
                .containsExactly(5, 1, 3);
        for (int block = 1; block <= 6; block++) {
            int gone = block;
            assertThat(queues.queued(gone)).isFalse();
            assertThatIllegalStateException().isThrownBy(() -> queues.after(gone));
        }
    }

    @Test
    void replace_takesOverThePlace() {
        fill(1, 2, 3);
        queues.replace(2, 6);
        assertThat(all()).containsExactly(1, 6, 3);
        assertThat(queues.queued(2)).isFalse();
    }

    @Test
    void block_isInOneQueueAtMost() {
        fill(1);
        assertThatIllegalStateException().isThrownBy(() -> queues.addLast(1, 1));
        assertThatIllegalStateException().isThrownBy(() -> queues.remove(QUEUE, 2));
        assertThatIllegalStateException().isThrownBy(() -> queues.replace(2, 3));
        assertThatThrownBy(() -> queues.addFirst(QUEUE, 7))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(all()).containsExactly(1);
        assertThat(queues.size(QUEUE)).isEqualTo(1);
        assertThat(queues.size(1)).isZero();
    }

    private void fill(int... blocks) {
        for (int block : blocks) {
            queues.addLast(QUEUE, block);
        }
    }

    private void run(int... blocks) {
        int last = BlockQueues.NONE;
        for (int block : blocks) {
            queues.addAfter(QUEUE, last, block);
            last = block;
        }
    }

    private List<Integer> all() {
        List<Integer> all = new ArrayList<>();
        for (int block = queues.first(QUEUE);
                block != BlockQueues.NONE;
                block = queues.after(block)) {
            all.add(block);
        }
        return all;
    }
}
