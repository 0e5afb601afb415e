package dev.isobar.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeededTurnsTest {

    private final List<String> steps = new ArrayList<>(); // one agent runs at a time

    @Test
    void run_sameSeed_sameOrder() throws Exception {
        List<String> first = order(5);

        assertThat(order(5)).isEqualTo(first).hasSize(12);
        assertThat(order(6)).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
    }

    @Test
    void passUntil_waitsForWhatOthersDo() throws Exception {
        SeededTurns turns = new SeededTurns(1);
        turns.run(
                List.of(
                        agent(() -> {
                            turns.passUntil(() -> steps.contains("done"), () -> {});
                            steps.add("seen");
                        }),
                        agent(() -> {
                            turns.pass();
                            turns.pass();
                            steps.add("done");
                        })));

        assertThat(steps).containsExactly("done", "seen");
    }

    @Test
    void passUntil_allWaitForEachOther_ends() {
        SeededTurns turns = new SeededTurns(1);
        Callable<Void> waits = agent(() -> turns.passUntil(() -> false, () -> {}));

        assertThatThrownBy(() -> turns.run(List.of(waits, waits)))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("an agent was stopped, or all waited for each other");
    }

    @Test
    void run_oneFails_theOthersEnd() {
        SeededTurns turns = new SeededTurns(1);
        Callable<Void> fails =
                agent(() -> {
                    throw new IllegalStateException("by itself");
                });
        Callable<Void> works =
                agent(() -> {
                    turns.pass();
                    steps.add("worked");
                });

        assertThatThrownBy(() -> turns.run(List.of(fails, works))).hasRootCauseMessage("by itself");
        assertThat(steps).containsExactly("worked");
    }

    private List<String> order(long seed) throws Exception {
        steps.clear();
        SeededTurns turns = new SeededTurns(seed);
        turns.run(
                IntStream.range(0, 4)
                        .mapToObj(number ->
                                agent(() -> {
                                    for (int step = 0; step < 3; step++) {
                                        steps.add(number + "." + step);
                                        turns.pass();
                                    }
                                }))
                        .toList());
        return List.copyOf(steps);
    }

    private static Callable<Void> agent(Work work) {
        return () -> {
            work.run();
            return null;
        };
    }

    /// What an agent does.
    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException;
    }
}
