package dev.isobar.pool;

import dev.isobar.broker.ResourceRefusedException;
import java.util.function.Supplier;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// In a pool that has to evict. *Which* entry goes depends on touches that may be lost and on who is
/// looking at an entry at the moment, so the answers are not compared with a model. Checked is what
/// holds in every scenario: nothing is read after it was freed, nothing is freed twice, the parts are
/// the whole, the limit is kept, no idle entry is lost to eviction, and all is free in the end.
@Order(1) // before many classes are loaded, all of which it rewrites
class PoolEvictionLincheckTest {

    @Test
    void invariants_modelChecked_hold() {
        ScenarioPool.modelChecking()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(3)
                .actorsAfter(1)
                .iterations(8)
                .invocationsPerIteration(200)
                .verifier(EpsilonVerifier.class)
                .check(Crowded.class);
    }

    @Test
    void invariants_underStress_hold() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .actorsBefore(3)
                .actorsAfter(1)
                .iterations(12)
                .invocationsPerIteration(250)
                .verifier(EpsilonVerifier.class)
                .check(Crowded.class);
    }

    /// What Lincheck runs: room for two blocks, three keys.
    @Param(name = "key", gen = IntGen.class, conf = "1:3")
    @Param(name = "content", gen = IntGen.class, conf = "1:3")
    @Param(name = "blocks", gen = IntGen.class, conf = "1:3")
    public static class Crowded {

        private final ScenarioPool s = new ScenarioPool(2 * ScenarioPool.BLOCK_BYTES);

        @Operation
        public String acquire(@Param(name = "key") int key) {
            return s.guarded(() -> s.read(key));
        }

        @Operation
        public String put(@Param(name = "key") int key, @Param(name = "content") int content) {
            return s.guarded(() -> s.put(key, content));
        }

        @Operation
        public String load(@Param(name = "key") int key, @Param(name = "content") int content) {
            return refusable(() -> s.guarded(() -> s.load(key, content)));
        }

        @Operation
        public String keep(@Param(name = "key") int key) {
            return s.guarded(() -> {
                s.keep(key);
                return "";
            });
        }

        @Operation
        public void release() {
            s.release();
        }

        @Operation
        public boolean invalidate(@Param(name = "key") int key) {
            return s.pool.invalidate(key);
        }

        @Operation
        public void reclaim(@Param(name = "blocks") int blocks) {
            s.reclaim(blocks * ScenarioPool.BLOCK_BYTES);
        }

        @Operation
        public void limitBytes(@Param(name = "blocks") int blocks) {
            s.pool.limitBytes(blocks * ScenarioPool.BLOCK_BYTES);
        }

        @Operation
        public void close() {
            s.pool.close();
        }

        @Validate
        public void validate() {
            s.validate();
        }

        private static String refusable(Supplier<String> operation) {
            try {
                return operation.get();
            } catch (ResourceRefusedException _) {
                return "refused";
            }
        }
    }
}
