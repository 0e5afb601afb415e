package dev.isobar.benchmarks;

import java.time.Duration;

/// How long it has been since this was made, in minutes and seconds: `2:07`.
final class Watch {

    private final long startNanos = System.nanoTime();

    @Override
    public String toString() {
        return text(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    static String text(Duration time) {
        return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
