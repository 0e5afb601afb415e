package dev.isobar.examples.view;

import dev.isobar.broker.Decision;
import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.ResourceDecision;
import dev.isobar.broker.ReliefPlan.Skipped;
import dev.isobar.broker.SkipReason;
import dev.isobar.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Says in words what the broker did in one pass: who was asked for how much and why, what came of
/// it, who was not asked and why.
public final class DecisionWords {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private DecisionWords() {}

    /// A sentence for each resource in which somebody was asked, and one about those who were not.
    public static List<String> of(Decision decision) {
        var sentences = new ArrayList<String>();
        decision.resources().stream()
                .filter(resource -> !resource.asked().isEmpty())
                .map(DecisionWords::acted)
                .forEach(sentences::add);
        String skipped = skipped(decision);
        if (!skipped.isEmpty()) {
            sentences.add("Not asked: " + skipped + ".");
        }
        return sentences;
    }

    private static String acted(ResourceDecision resource) {
        String asked =
                resource.asked().stream()
                        .map(DecisionWords::asked)
                        .collect(Collectors.joining(", "));
        return "%s %s (%s), %s above the aim: asked %s, now %s."
                .formatted(
                        resource.resource(),
                        Words.pressure(resource.pressureBefore()),
                        resource.tier().label(),
                        Bytes.approximate(resource.deficitBytes()),
                        asked,
                        Words.pressure(resource.pressureAfter()));
    }

    private static String asked(Asked asked) {
        return "%s for %s, %s in %s%s"
                .formatted(
                        asked.source(),
                        Bytes.approximate(asked.askedBytes()),
                        came(asked),
                        asked.nanos() < NANOS_PER_MILLI
                                ? "under 1 ms"
                                : asked.nanos() / NANOS_PER_MILLI + " ms",
                        asked.detail().isEmpty() ? "" : " (" + asked.detail() + ")");
    }

    private static String came(Asked asked) {
        String freed = "freed " + Bytes.approximate(asked.freedBytes());
        return switch (asked.outcome()) {
            case RELEASED, PARTIAL -> freed;
            case DEFERRED -> freed + ", " + Bytes.approximate(asked.pendingBytes()) + " to come";
            case REFUSED -> "refused";
            case FAILED -> "failed";
        };
    }

    /// Those who were not asked, together where the reason is the same.
    private static String skipped(Decision decision) {
        Map<SkipReason, List<String>> byReason =
                decision.resources().stream()
                        .flatMap(resource -> resource.skipped().stream())
                        .collect(
                                Collectors.groupingBy(
                                        Skipped::reason,
                                        TreeMap::new,
                                        Collectors.mapping(Skipped::source, Collectors.toList())));
        return byReason.entrySet().stream()
                .map(e -> "%s (%s)".formatted(String.join(", ", e.getValue()), reason(e.getKey())))
                .collect(Collectors.joining("; "));
    }

    private static String reason(SkipReason reason) {
        return switch (reason) {
            case UNMANAGED -> "it has no limit";
            case QUARANTINED -> "set aside because it failed";
            case DWELLING -> "asked a moment ago";
            case BELOW_THRESHOLD -> "below the threshold";
            case IN_FLIGHT -> "its promise is enough";
            case NOTHING_TO_GIVE -> "nothing above the aim";
            case NOT_NEEDED -> "others gave enough";
            case LIMIT -> "limit of this pass reached";
            case INVALID_STEP -> "the policy asked for too much";
        };
    }
}
