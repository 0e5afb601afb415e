package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReliefPlan.Mode;
import dev.isobar.broker.ReliefPlan.ResourcePlan;
import dev.isobar.broker.ReliefPlan.Skipped;
import dev.isobar.broker.ReliefPlan.Step;
import dev.isobar.broker.SourceState.Standing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What holds for every plan of the standard policy, over random states.
class StandardPolicyTest {

    private static final ReliefPolicy POLICY = ReliefPolicy.standard();
    private static final List<Standing> STANDINGS =
            List.of(
                    Standing.READY,
                    Standing.READY,
                    Standing.READY,
                    Standing.DWELLING,
                    Standing.QUARANTINED);

    @Property
    void plan_sameState_samePlan(@ForAll("states") BrokerState state) {
        assertThat(POLICY.plan(state)).isEqualTo(POLICY.plan(state));
    }

    @Property
    void plan_everyStep_isAllowed(@ForAll("states") BrokerState state) {
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            Map<String, SourceState> sources = sources(state, plan);
            for (Step step : plan.steps()) {
                SourceState source = sources.get(step.source());
                assertThat(source).as("a source of its own resource").isNotNull();
                assertThat(source.standing()).isEqualTo(Standing.READY);
                assertThat(source.usage().managed()).isTrue();
                assertThat(step.bytes()).isBetween(1L, source.askableBytes());
            }
        }
    }

    @Property
    void plan_everySource_isAskedOrSkippedOnce(@ForAll("states") BrokerState state) {
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            List<String> named =
                    Stream.concat(
                                    plan.steps().stream().map(Step::source),
                                    plan.skipped().stream().map(Skipped::source))
                            .toList();
            assertThat(named).doesNotHaveDuplicates();
            assertThat(new HashSet<>(named)).isEqualTo(sources(state, plan).keySet());
        }
    }

    @Property
    void plan_belowTheThreshold_nobodyIsAsked(@ForAll("states") BrokerState state) {
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            if (resource(state, plan).pressure() < state.config().actAbove()) {
                assertThat(plan.mode()).isEqualTo(Mode.NONE);
                assertThat(plan.steps()).isEmpty();
            }
        }
    }

    @Property
    void plan_allAsksTogether_areWithinTheLimitPerPass(@ForAll("states") BrokerState state) {
        long asked = 0;
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            asked += allDelivering(plan);
        }
        assertThat(asked).isLessThanOrEqualTo(state.config().maxBytesPerPass());
    }

    @Property
    void plan_walk_firstAskAndRemainderAreTheDeficit(@ForAll("states") BrokerState state) {
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            if (plan.mode() == Mode.WALK) {
                assertThat(plan.limitBytes()).isLessThanOrEqualTo(plan.deficitBytes());
                Step first = plan.steps().getFirst();
                SourceState source = sources(state, plan).get(first.source());
                long most = Math.min(plan.limitBytes(), source.askableBytes());
                assertThat(first.bytes()).isLessThanOrEqualTo(most);
                long remainder = plan.limitBytes() - first.bytes();
                assertThat(first.bytes() + remainder).isEqualTo(plan.limitBytes());
                if (!hostDriven(state, plan)) {
                    assertThat(remainder).as("the deficit is that of the first").isZero();
                }
            }
        }
    }

    @Property
    void plan_withoutHostPressure_nobodyGoesBelowTheAim(@ForAll("states") BrokerState state) {
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            ResourceState resource = resource(state, plan);
            if (hostDriven(state, plan) || state.config().minAskFraction() > 0) {
                continue;
            }
            double aim = state.config().targets().aim(resource.tier());
            for (Step step : plan.steps()) {
                SourceState source = sources(state, plan).get(step.source());
                assertThat(source.pressure()).isGreaterThanOrEqualTo(state.config().actAbove());
                assertThat(step.bytes()).isLessThanOrEqualTo(source.deficitBytes(aim));
            }
        }
    }

    @Property
    void plan_reliableSources_comeBeforeTheOthersAndWorstFirst(
            @ForAll("states") BrokerState state) {
        for (ResourcePlan plan : POLICY.plan(state).resources()) {
            List<SourceState> order =
                    plan.steps().stream().map(s -> sources(state, plan).get(s.source())).toList();
            for (int i = 1; i < order.size(); i++) {
                SourceState before = order.get(i - 1);
                SourceState after = order.get(i);
                assertThat(before.reliable() || !after.reliable()).isTrue();
                if (before.reliable() == after.reliable()) {
                    assertThat(before.pressure()).isGreaterThanOrEqualTo(after.pressure());
                }
            }
        }
    }

    @Provide
    Arbitrary<BrokerState> states() {
        return Arbitraries.longs().map(seed -> state(new SplittableRandom(seed)));
    }

    private static BrokerState state(SplittableRandom random) {
        BrokerConfig config = config(random);
        List<ResourceState> resources = new ArrayList<>();
        int order = 0;
        for (Resource resource : List.of(Resource.HEAP, Resource.HOST, Resource.device(0))) {
            List<SourceState> sources = new ArrayList<>();
            for (int i = random.nextInt(7); i > 0; i--) {
                sources.add(source(resource + "-" + order, order++, random));
            }
            resources.add(resource(resource, sources, random));
        }
        return new BrokerState(random.nextLong(), config, resources);
    }

    private static BrokerConfig config(SplittableRandom random) {
        double actAbove = random.nextDouble(0.3, 1.0);
        return BrokerConfig.builder()
                .actAbove(actAbove)
                .targets(
                        new TierTargets(
                                random.nextDouble(0.1, actAbove), random.nextDouble(0.1, actAbove)))
                .minAskFraction(random.nextBoolean() ? 0 : random.nextDouble(0.5))
                .maxBytesPerPass(random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(1, 2_000))
                .build();
    }

    private static SourceState source(String name, int order, SplittableRandom random) {
        long used = random.nextLong(1_500);
        return new SourceState(
                name,
                order,
                Usage.of(used, random.nextInt(5) == 0 ? 0 : random.nextLong(1, 1_200)),
                random.nextInt(3) == 0 ? random.nextLong(1_000) : 0,
                random.nextInt(3) == 0 ? random.nextDouble() : 1,
                STANDINGS.get(random.nextInt(STANDINGS.size())));
    }

    private static ResourceState resource(
            Resource resource, List<SourceState> sources, SplittableRandom random) {
        List<SignalState> signals =
                random.nextInt(3) > 0
                        ? List.of()
                        : List.of(
                                new SignalState(
                                        "signal of " + resource,
                                        random.nextDouble(1.2),
                                        random.nextBoolean() ? 0 : random.nextLong(1, 5_000),
                                        0,
                                        false));
        long shared = random.nextInt(3) > 0 ? 0 : random.nextLong(1, 5_000);
        var plain = new ResourceState(resource, PressureTier.NORMAL, shared, sources, signals);
        PressureTier tier = PressureTier.of(plain.pressure() + random.nextDouble(0.05));
        return plain.withTier(tier);
    }

    private static boolean hostDriven(BrokerState state, ResourcePlan plan) {
        return resource(state, plan).hostPressure() >= state.config().actAbove();
    }

    /// What is asked for if everybody gives what it is asked for.
    private static long allDelivering(ResourcePlan plan) {
        long asks = plan.steps().stream().mapToLong(Step::bytes).sum();
        return plan.mode() == Mode.WALK ? Math.min(plan.limitBytes(), asks) : asks;
    }

    private static ResourceState resource(BrokerState state, ResourcePlan plan) {
        return state.resources().stream()
                .filter(r -> r.resource().equals(plan.resource()))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, SourceState> sources(BrokerState state, ResourcePlan plan) {
        return resource(state, plan).sources().stream()
                .collect(Collectors.toMap(SourceState::name, Function.identity()));
    }
}
