package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.stream.IntStream;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// What is in the table of entries is found, whatever others do to it.
public final class EntryMapStress {

    /// Keys of one segment, whose table begins with room for four.
    private static final int[] KEYS =
            IntStream.range(0, Integer.MAX_VALUE)
                    .filter(i -> Entry.hashOf(i) >>> 26 == 0)
                    .limit(5)
                    .toArray();

    private EntryMapStress() {}

    /// A table that is about to grow.
    abstract static class Full {
        final EntryMap<Integer, String> map = new EntryMap<>();

        Full() {
            for (int i = 0; i < 4; i++) {
                map.put(entry(i));
            }
        }

        int found(int key) {
            return map.get(KEYS[key], Entry.hashOf(KEYS[key])) == null ? 0 : 1;
        }

        static Entry<Integer, String> entry(int key) {
            return Entry.resident(KEYS[key], "value", 1, new Entry.Birth(0, 0, 0, 0));
        }
    }

    /// The table grows while an entry is looked for.
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both found")
    @State
    public static class GetVersusGrow extends Full {

        @Actor
        public void reader(II_Result r) {
            r.r1 = found(0);
            r.r2 = found(3);
        }

        @Actor
        public void writer() {
            map.put(entry(4));
        }
    }

    /// Another entry of the same segment is removed while an entry is looked for.
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "found")
    @State
    public static class GetVersusRemove extends Full {
        private final Entry<Integer, String> other = map.get(KEYS[3], Entry.hashOf(KEYS[3]));

        @Actor
        public void reader(I_Result r) {
            r.r1 = found(0);
        }

        @Actor
        public void writer() {
            map.remove(other);
        }
    }

    /// Two put one key into a table if it is not there: one of them does.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second")
    @State
    public static class PutVersusPut extends Full {

        @Actor
        public void one(II_Result r) {
            r.r1 = map.putIfAbsent(entry(4)) == null ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = map.putIfAbsent(entry(4)) == null ? 1 : 0;
        }
    }
}
