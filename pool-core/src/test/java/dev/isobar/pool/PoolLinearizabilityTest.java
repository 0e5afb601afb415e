package dev.isobar.pool;

import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// In a pool in which nothing needs to be evicted, `acquire`, `put`, `invalidate` and `close` are
/// linearizable: whatever the threads do, the answers are those of a plain map. What eviction promises
/// is weaker, and is checked by [PoolEvictionLincheckTest].
@Order(1) // before many classes are loaded, all of which it rewrites
class PoolLinearizabilityTest {

    @Test
    void operations_modelChecked_areThoseOfAMap() {
        ScenarioPool.modelChecking()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(2)
                .actorsAfter(1)
                .iterations(8)
                .invocationsPerIteration(150)
                .sequentialSpecification(Model.class)
                .check(Open.class);
    }

    @Test
    void close_modelChecked_endsEverything() {
        ScenarioPool.modelChecking()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(8)
                .invocationsPerIteration(150)
                .sequentialSpecification(Model.class)
                .check(Closing.class);
    }

    @Test
    void close_underStress_endsEverything() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(2)
                .iterations(8)
                .invocationsPerIteration(200)
                .sequentialSpecification(Model.class)
                .check(Closing.class);
    }

    @Test
    void operations_underStress_areThoseOfAMap() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .iterations(10)
                .invocationsPerIteration(200)
                .sequentialSpecification(Model.class)
                .check(Open.class);
    }

    /// A pool that stays open.
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    @Param(name = "content", gen = IntGen.class, conf = "1:3")
    public static class Open {

        private final ScenarioPool s = new ScenarioPool(1_000_000);

        @Operation
        public String acquire(@Param(name = "key") int key) {
            return s.guarded(() -> s.read(key));
        }

        @Operation
        public String put(@Param(name = "key") int key, @Param(name = "content") int content) {
            return s.guarded(() -> s.put(key, content));
        }

        @Operation
        public boolean invalidate(@Param(name = "key") int key) {
            return s.pool.invalidate(key);
        }

        @Validate
        public void validate() {
            s.validate();
        }
    }

    /// A pool that is closed on the way. It is emptied entry by entry, so that while that goes on
    /// `invalidate` may still find one; what it answers is not compared.
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    @Param(name = "content", gen = IntGen.class, conf = "1:3")
    public static class Closing {

        private final ScenarioPool s = new ScenarioPool(1_000_000);

        @Operation
        public String acquire(@Param(name = "key") int key) {
            return s.guarded(() -> s.read(key));
        }

        @Operation
        public String put(@Param(name = "key") int key, @Param(name = "content") int content) {
            return s.guarded(() -> s.put(key, content));
        }

        @Operation
        public void drop(@Param(name = "key") int key) {
            s.pool.invalidate(key);
        }

        @Operation
        public void close() {
            s.pool.close();
        }

        @Validate
        public void validate() {
            s.validate();
        }
    }

    /// The reference: a map.
    public static class Model {

        private final Map<Integer, Integer> map = new HashMap<>();
        private boolean closed;

        public String acquire(int key) {
            return closed ? "closed" : String.valueOf(map.get(key));
        }

        public String put(int key, int content) {
            if (closed) {
                return "closed";
            }
            map.put(key, content);
            return "stored";
        }

        public boolean invalidate(int key) {
            return map.remove(key) != null;
        }

        public void drop(int key) {
            map.remove(key);
        }

        public void close() {
            closed = true;
        }
    }
}
