package dev.isobar.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// The table of entries is linearizable, also while it grows: all keys are of one segment, whose table
/// begins with room for four.
@Order(1) // before many classes are loaded, all of which it rewrites
@Param(name = "key", gen = IntGen.class, conf = "0:9")
public class EntryMapLincheckTest {

    private static final Entry.Birth BIRTH = new Entry.Birth(0, 0, 0, 0);

    private static final Integer[] KEYS =
            IntStream.range(0, Integer.MAX_VALUE)
                    .filter(i -> Entry.hashOf(i) >>> 26 == 0)
                    .limit(10)
                    .boxed()
                    .toArray(Integer[]::new);

    private final EntryMap<Integer, Integer> map = new EntryMap<>();

    public EntryMapLincheckTest() {
        for (int key = 6; key < 10; key++) { // the next one makes it grow
            put(key, key);
        }
    }

    @Operation
    public Integer get(@Param(name = "key") int key) {
        return value(map.get(KEYS[key], Entry.hashOf(KEYS[key])));
    }

    @Operation
    public Integer put(@Param(name = "key") int key, @Param(name = "key") int value) {
        return value(map.put(Entry.resident(KEYS[key], value, 1, BIRTH)));
    }

    @Operation
    public Integer putIfAbsent(@Param(name = "key") int key, @Param(name = "key") int value) {
        return value(map.putIfAbsent(Entry.resident(KEYS[key], value, 1, BIRTH)));
    }

    @Operation
    public Integer remove(@Param(name = "key") int key) {
        while (true) {
            Entry<Integer, Integer> entry = map.get(KEYS[key], Entry.hashOf(KEYS[key]));
            if (entry == null || map.remove(entry)) {
                return value(entry);
            }
        }
    }

    @Test
    void modelChecked_isLinearizable() {
        run(new ModelCheckingOptions().iterations(10).invocationsPerIteration(200));
    }

    @Test
    void underStress_isLinearizable() {
        run(new StressOptions().iterations(10).invocationsPerIteration(500));
    }

    private static <O extends Options<O, ?>> void run(O options) {
        options.threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(Model.class)
                .check(EntryMapLincheckTest.class);
    }

    private static Integer value(Entry<Integer, Integer> entry) {
        return entry == null ? null : entry.value;
    }

    /// What the table is, one operation after the other.
    public static final class Model {

        private final Map<Integer, Integer> map = new HashMap<>(Map.of(6, 6, 7, 7, 8, 8, 9, 9));

        public Integer get(int key) {
            return map.get(key);
        }

        public Integer put(int key, int value) {
            return map.put(key, value);
        }

        public Integer putIfAbsent(int key, int value) {
            return map.putIfAbsent(key, value);
        }

        public Integer remove(int key) {
            return map.remove(key);
        }
    }
}
