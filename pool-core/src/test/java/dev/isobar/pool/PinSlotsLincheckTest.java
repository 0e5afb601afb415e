package dev.isobar.pool;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Leases of one hot entry, whose pins are in slots, against all that wants it gone.
@Order(1) // before many classes are loaded, all of which it rewrites
class PinSlotsLincheckTest {

    @Test
    void invariants_modelChecked_hold() {
        ScenarioPool.modelChecking()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(15)
                .invocationsPerIteration(400)
                .verifier(EpsilonVerifier.class)
                .check(OneHotEntry.class);
    }

    /// What Lincheck runs.
    public static class OneHotEntry {

        private static final int KEY = 1;

        private final ScenarioPool s = new ScenarioPool(2 * ScenarioPool.BLOCK_BYTES);

        public OneHotEntry() {
            s.put(KEY, KEY);
            for (int use = 0; use <= SlimEntry.MAX_USES; use++) {
                s.read(KEY);
            }
        }

        @Operation
        public void keep() {
            s.keep(KEY);
        }

        @Operation
        public String read() {
            return s.read(KEY);
        }

        @Operation
        public void release() {
            s.release();
        }

        @Operation
        public boolean invalidate() {
            return s.pool.invalidate(KEY);
        }

        @Operation
        public void evict() {
            s.pool.evict(KEY);
        }

        @Operation
        public long pinned() {
            return s.pool.usage().pinnedBytes();
        }

        @Validate
        public void validate() {
            s.validate();
        }
    }
}
