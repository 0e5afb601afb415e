package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against lists of blocks by digest, in the order in which they came.
class DigestIndexTest {

    private static final int NONE = BlockQueues.NONE;

    private final Map<Long, List<Integer>> model = new HashMap<>();
    private final Map<Integer, Long> held = new HashMap<>();

    /// @param spread how far apart digests are in their first word, which picks chain and filter: at 0 all share
    ///     both
    @ParameterizedTest
    @CsvSource({
        "1, 2, 0x9E3779B97F4A7C15",
        "2, 3, 0x9E3779B97F4A7C15",
        "8, 5, 0",
        "8, 20, 1",
        "16, 12, 0x100000001",
        "64, 1000, 0x9E3779B97F4A7C15",
        "1000, 600, 0x9E3779B97F4A7C15",
        "65535, 300, 0x0123456789ABCDEF"
    })
    void whateverHappens_theFirstThatCameIsFound(int blocks, int digests, String spread) {
        DigestIndex index = new DigestIndex(blocks);
        DigestChain chain = new DigestChain(digests);
        for (long id = 0; id < digests; id++) {
            chain.add(id * Long.parseUnsignedLong(spread.replace("0x", ""), 16), id, 0, ~id);
        }
        Random random = new Random(blocks + 31L * digests);
        for (int step = 0; step < 5_000; step++) {
            int block = 1 + random.nextInt(blocks);
            int other = 1 + random.nextInt(blocks);
            if (!held.containsKey(block)) {
                add(index, chain, block, random.nextInt(digests));
            } else if (random.nextInt(4) == 0 && !held.containsKey(other)) {
                move(index, block, other);
            } else {
                remove(index, block);
            }
            check(index, chain, random.nextInt(digests));
            if (step % 500 == 0) {
                checkSizes(index);
            }
        }
    }

    private void add(DigestIndex index, DigestChain chain, int block, int digest) {
        List<Integer> same = model.computeIfAbsent((long) digest, _ -> new ArrayList<>());
        assertThat(index.add(block, chain, digest)).isEqualTo(!same.isEmpty());
        same.add(block);
        held.put(block, (long) digest);
    }

    private void remove(DigestIndex index, int block) {
        index.remove(block);
        model.get(held.remove(block)).remove(Integer.valueOf(block));
    }

    private void move(DigestIndex index, int from, int to) {
        index.move(from, to);
        long digest = held.remove(from);
        model.get(digest).replaceAll(each -> each == from ? to : each);
        held.put(to, digest);
    }

    private void check(DigestIndex index, DigestChain chain, int digest) {
        List<Integer> same = model.getOrDefault((long) digest, List.of());
        int found = index.find(chain, digest);
        for (int place = 0; place < same.size(); place++) {
            assertThat(found).isEqualTo(same.get(place));
            assertThat(index.word(found, 1)).isEqualTo(digest);
            assertThat(index.duplicate(found)).isEqualTo(place > 0);
            assertThat(index.twin(found)).isEqualTo(same.size() > 1);
            found = index.findNext(found);
        }
        assertThat(found).isEqualTo(NONE);
    }

    private void checkSizes(DigestIndex index) {
        assertThat(index.size()).isEqualTo(held.size());
        long distinct = held.values().stream().distinct().count();
        assertThat((long) index.copies()).isEqualTo(held.size() - distinct);
    }
}
