package dev.isobar.examples.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong nanos = new AtomicLong(5);
    private final Pace pace = new Pace(100, nanos::get, nanos::addAndGet);

    @Test
    void awaitTurn_quickWorker_startsOneTurnPerInterval() {
        for (int i = 0; i < 4; i++) {
            pace.awaitTurn();
            nanos.addAndGet(3 * MILLI);
        }

        assertThat(nanos.get()).isEqualTo(5 + (3 * 10 + 3) * MILLI);
    }

    @Test
    void awaitTurn_aLittleLate_catchesUp() {
        pace.awaitTurn();
        nanos.addAndGet(25 * MILLI);
        pace.awaitTurn();
        pace.awaitTurn();
        pace.awaitTurn();

        assertThat(nanos.get()).isEqualTo(5 + 30 * MILLI);
    }

    @Test
    void awaitTurn_veryLate_doesNotBurst() {
        pace.awaitTurn();
        nanos.addAndGet(5_000 * MILLI);
        pace.awaitTurn();
        pace.awaitTurn();

        assertThat(nanos.get()).isEqualTo(5 + 5_010 * MILLI);
    }

    @Test
    void construct_noRate_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Pace.of(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Pace.of(Double.NaN));
    }
}
