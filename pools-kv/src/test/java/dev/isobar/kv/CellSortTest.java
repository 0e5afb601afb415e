package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CellSortTest {

    @Property(tries = 300)
    void sorted_isTheOrderOfAStableSort_eachTime(
            @ForAll @Size(max = 50) List<@IntRange(min = 0) Integer> first,
            @ForAll @Size(max = 50) List<@IntRange(max = 3) Integer> second) {
        int count = Math.min(first.size(), second.size());
        CellSort sort = new CellSort(count);
        check(sort, first.subList(0, count));
        check(sort, second.subList(0, count));
    }

    private static void check(CellSort sort, List<Integer> keys) {
        IntStream.range(0, keys.size()).forEach(number -> sort.key(number, keys.get(number)));
        List<Integer> expected =
                IntStream.range(0, keys.size())
                        .boxed()
                        .sorted(Comparator.comparing(keys::get))
                        .toList();
        assertThat(sort.sorted()).containsExactly(expected.stream().mapToInt(i -> i).toArray());
    }
}
