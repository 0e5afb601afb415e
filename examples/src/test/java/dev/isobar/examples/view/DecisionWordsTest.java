package dev.isobar.examples.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.Decision;
import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.Outcome;
import dev.isobar.broker.Decision.ResourceDecision;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReliefPlan.Mode;
import dev.isobar.broker.ReliefPlan.Skipped;
import dev.isobar.broker.Resource;
import dev.isobar.broker.SkipReason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecisionWordsTest {

    private static final long MIB = 1 << 20;

    @Test
    void of_relief_saysWhoWasAskedWhyAndWhatCameOfIt() {
        var asked =
                new Asked("vectors", 0.83, 3 * MIB, 3 * MIB, 0, Outcome.RELEASED, 4_200_000, "");

        assertThat(DecisionWords.of(decision(List.of(asked), List.of())))
                .containsExactly(
                        "host 0.83 (high), 3.0 MiB above the aim: asked vectors for 3.0 MiB, freed 3.0 MiB in 4 ms, now 0.60.");
    }

    @Test
    void of_promise_saysWhatIsToCome() {
        var asked =
                new Asked(
                        "vectors", 0.83, 3 * MIB, MIB, 2 * MIB, Outcome.DEFERRED, 10, "disk queue");

        assertThat(DecisionWords.of(decision(List.of(asked), List.of())))
                .singleElement()
                .asString()
                .contains("freed 1.0 MiB, 2.0 MiB to come in under 1 ms (disk queue)");
    }

    @Test
    void of_refusalAndFailure_saySo() {
        var refused = new Asked("a", 0.9, MIB, 0, 0, Outcome.REFUSED, 10, "all pinned");
        var failed = new Asked("b", 0.9, MIB, 0, 0, Outcome.FAILED, 10, "threw");

        assertThat(DecisionWords.of(decision(List.of(refused, failed), List.of())))
                .singleElement()
                .asString()
                .contains(
                        "asked a for 1.0 MiB, refused in under 1 ms (all pinned), b for 1.0 MiB, failed in");
    }

    @ParameterizedTest
    @EnumSource
    void of_skippedSource_saysWhyItWasNotAsked(SkipReason reason) {
        List<String> words =
                DecisionWords.of(decision(List.of(), List.of(new Skipped("cards", reason))));

        assertThat(words)
                .singleElement()
                .asString()
                .matches("Not asked: cards \\([a-z ]{10,}\\)\\.");
    }

    private static Decision decision(List<Asked> asked, List<Skipped> skipped) {
        var resource =
                new ResourceDecision(
                        Resource.HOST,
                        PressureTier.HIGH,
                        0.83,
                        0.6,
                        Mode.WALK,
                        3 * MIB,
                        asked,
                        skipped,
                        List.of());
        return new Decision(
                1,
                Instant.EPOCH,
                Decision.Trigger.TICK,
                "standard",
                0.83,
                PressureTier.HIGH,
                List.of(resource));
    }
}
