package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.pool.store.PowerCuts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The process is killed, or the machine ends, before every single step of the disk. Afterwards a block has
/// its bytes or is missed, what was dropped for good stays dropped, and the pool goes on.
class KvDiskCrashTest {

    /// What a process did before it ended.
    private static final class Life {
        final List<Integer> flushed = new ArrayList<>();
        final List<Integer> dropped = new ArrayList<>();
        final DiskFixture all;

        Life(PowerCuts disk) {
            all = new DiskFixture(() -> disk.open(each -> each.withSegmentBytes(4096)));
        }

        DiskFixture run() {
            write(1);
            write(2);
            List<Integer> before = List.copyOf(flushed);
            flushed.clear(); // from here on it may be gone
            if (all.pool.reset()) {
                dropped.addAll(before);
            }
            write(3);
            write(4);
            write(5);
            return all;
        }

        private void write(int which) {
            long before = all.stats().writtenBlocks();
            all.write(which);
            all.disk().flush();
            if (all.stats().writtenBlocks() == before + 4) {
                flushed.add(which);
            }
        }
    }

    @Test
    void killedBeforeAnyStep_flushedIsThere_droppedIsNot() {
        forEachStep((life, disk) -> {
            try (DiskFixture after = after(disk.afterKill())) {
                checkDropped(life, after);
                for (int which : life.flushed) {
                    assertThat(after.found(which)).as("prompt %d", which).isEqualTo(16);
                }
                goOn(after);
            }
        });
    }

    @Test
    void powerCutBeforeAnyStep_droppedStaysDropped_bytesAreRight() {
        forEachStep((life, disk) -> {
            for (int seed = 0; seed < 4; seed++) {
                try (DiskFixture after = after(seed == 0 ? disk.afterCut() : disk.afterCut(seed))) {
                    checkDropped(life, after);
                    after.disk().restore(() -> false);
                    goOn(after);
                }
            }
        });
    }

    private interface Check {
        void check(Life life, PowerCuts disk);
    }

    private static void forEachStep(Check check) {
        PowerCuts whole = new PowerCuts();
        try (DiskFixture all = new Life(whole).run()) {
            assertThat(all.stats().writtenBlocks()).isEqualTo(20);
        }
        assertThat(whole.steps()).isGreaterThan(30);
        for (int step = 1; step <= whole.steps(); step++) {
            PowerCuts disk = new PowerCuts();
            Life life = new Life(disk);
            disk.cutAt(step);
            try {
                life.run();
            } catch (Error ended) {
                assertThat(PowerCuts.isCut(ended)).isTrue();
            }
            check.check(life, disk);
        }
    }

    /// The threads of the store end with the machine; nobody needs to read of it.
    @BeforeAll
    static void silence() {
        Thread.setDefaultUncaughtExceptionHandler(
                (_, thrown) -> assertThat(PowerCuts.isCut(thrown)).isTrue());
    }

    @AfterAll
    static void speak() {
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    private static DiskFixture after(PowerCuts disk) {
        return new DiskFixture(() -> disk.open(each -> each.withSegmentBytes(4096)));
    }

    private static void checkDropped(Life life, DiskFixture after) {
        for (int which : life.dropped) {
            assertThat(after.found(which)).as("dropped %d", which).isZero();
        }
    }

    /// All bytes are right, and what is written now is there after a good end.
    private static void goOn(DiskFixture after) {
        for (int which = 1; which <= 5; which++) {
            after.write(which);
        }
        after.restart();
        for (int which = 1; which <= 5; which++) {
            assertThat(after.found(which)).as("prompt %d", which).isEqualTo(16);
        }
    }
}
