package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopSignalTest {

    @Test
    void await_nobodyStopped_saysNo() {
        try (var signal = new StopSignal()) {
            assertThat(signal.await(Duration.ofMillis(1))).isFalse();
        }
    }

    @Test
    void await_stopped_saysYesAtOnce() {
        try (var signal = new StopSignal()) {
            signal.stop();
            assertThat(signal.await(Duration.ofDays(1))).isTrue();
        }
    }

    @Test
    void await_interruptedThread_saysYesAndStaysInterrupted() {
        try (var signal = new StopSignal()) {
            Thread.currentThread().interrupt();
            assertThat(signal.await(Duration.ofDays(1))).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
