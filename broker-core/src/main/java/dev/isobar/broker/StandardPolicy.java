package dev.isobar.broker;

import dev.isobar.broker.ReliefPlan.Mode;
import dev.isobar.broker.ReliefPlan.ResourcePlan;
import dev.isobar.broker.ReliefPlan.Skipped;
import dev.isobar.broker.ReliefPlan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rule-based policy.
///
/// A resource is relieved from `actAbove` on, whatever its tier is called.
///
/// * *Walk* (below CRITICAL): the sources at or above the threshold, the worst first. The deficit is
///   that of the first; whoever comes next is asked for what is left of it, and never for more than
///   its own deficit, so nobody pays beyond the aim for a source that is stuck.
/// * *Parallel* (CRITICAL): each of them for its own deficit.
/// * *Host*: if a signal or the shared capacity is at the threshold, the bytes may come from any
///   managed source of the resource. The walk then goes on below the threshold; in parallel, what
///   the deficits of the sources do not cover is put on top, the worst source first.
///
/// Sources that did not deliver lately come after those that did.
enum StandardPolicy implements ReliefPolicy {
    INSTANCE;

    /// Reliable before unreliable, then the fullest, then the oldest registration.
    private static final Comparator<SourceState> WORST_FIRST =
            Comparator.comparing(SourceState::reliable, Comparator.reverseOrder())
                    .thenComparing(SourceState::pressure, Comparator.reverseOrder())
                    .thenComparingInt(SourceState::order);

    @Override
    public ReliefPlan plan(BrokerState state) {
        List<ResourcePlan> plans = new ArrayList<>();
        long budget = state.config().maxBytesPerPass();
        for (ResourceState resource : state.resources()) {
            ResourcePlan plan = new Planner(resource, state.config(), budget).plan();
            budget -= Math.min(budget, most(plan));
            plans.add(plan);
        }
        return new ReliefPlan(plans);
    }

    /// The most that a plan can ask for in all.
    private static long most(ResourcePlan plan) {
        return switch (plan.mode()) {
            case NONE -> 0;
            case WALK -> plan.limitBytes();
            case PARALLEL -> plan.steps().stream().mapToLong(Step::bytes).reduce(0, Bytes::plus);
        };
    }

    /// Plans one resource, once.
    private static final class Planner {

        private final ResourceState resource;
        private final BrokerConfig config;
        private final long budget;
        private final double aim;
        private final List<Step> steps = new ArrayList<>();
        private final List<Skipped> skipped = new ArrayList<>();

        Planner(ResourceState resource, BrokerConfig config, long budget) {
            this.resource = resource;
            this.config = config;
            this.budget = budget;
            this.aim = config.targets().aim(resource.tier());
        }

        ResourcePlan plan() {
            if (resource.pressure() < config.actAbove()) {
                resource.sources().forEach(s -> skip(s, SkipReason.BELOW_THRESHOLD));
                return new ResourcePlan(resource.resource(), Mode.NONE, 0, 0, steps, skipped);
            }
            long host = resource.hostDeficitBytes(aim, config.actAbove());
            List<SourceState> candidates = candidates(host > 0);
            return resource.tier() == PressureTier.CRITICAL
                    ? parallel(candidates, host)
                    : walk(candidates, host);
        }

        private List<SourceState> candidates(boolean host) {
            List<SourceState> candidates = new ArrayList<>();
            for (SourceState source : resource.sources()) {
                SkipReason reason = reasonToSkip(source, host);
                if (reason == null) {
                    candidates.add(source);
                } else {
                    skip(source, reason);
                }
            }
            candidates.sort(WORST_FIRST);
            return candidates;
        }

        private @Nullable SkipReason reasonToSkip(SourceState source, boolean host) {
            if (!source.usage().managed()) {
                return SkipReason.UNMANAGED;
            }
            if (!host && source.pressure() < config.actAbove()) {
                return SkipReason.BELOW_THRESHOLD;
            }
            return switch (source.standing()) {
                case QUARANTINED -> SkipReason.QUARANTINED;
                case DWELLING -> SkipReason.DWELLING;
                case READY -> nothingToAsk(source, host);
            };
        }

        private @Nullable SkipReason nothingToAsk(SourceState source, boolean host) {
            long most = host ? source.askableBytes() : ownAsk(source);
            if (most > 0) {
                return null;
            }
            return source.inFlightBytes() > 0 ? SkipReason.IN_FLIGHT : SkipReason.NOTHING_TO_GIVE;
        }

        private ResourcePlan walk(List<SourceState> candidates, long host) {
            long own = candidates.isEmpty() ? 0 : ownAsk(candidates.getFirst());
            long deficit = Math.max(own, host);
            long limit = Math.min(deficit, budget);
            for (SourceState source : candidates) {
                long most = host > 0 ? source.askableBytes() : ownAsk(source);
                ask(source, Math.min(most, limit), budget == 0);
            }
            return new ResourcePlan(
                    resource.resource(), mode(Mode.WALK), deficit, limit, steps, skipped);
        }

        private ResourcePlan parallel(List<SourceState> candidates, long host) {
            long own = candidates.stream().mapToLong(this::ownShare).reduce(0, Bytes::plus);
            long onTop = Math.max(0, host - own);
            long left = budget;
            for (SourceState source : candidates) {
                long share = ownShare(source);
                long extra = Math.min(onTop, source.askableBytes() - share);
                long bytes = Math.min(left, share + extra);
                ask(source, bytes, left == 0);
                onTop -= extra;
                left -= bytes;
            }
            long deficit = Math.max(own, host);
            return new ResourcePlan(
                    resource.resource(), mode(Mode.PARALLEL), deficit, deficit, steps, skipped);
        }

        /// What a source is asked for on its own account: nothing below the threshold.
        private long ownShare(SourceState source) {
            return source.pressure() >= config.actAbove() ? ownAsk(source) : 0;
        }

        /// The deficit, or the least worth asking for; never more than there is.
        private long ownAsk(SourceState source) {
            long least = Bytes.part(source.usage().capacityBytes(), config.minAskFraction());
            long wanted = Math.max(source.deficitBytes(aim), least - source.inFlightBytes());
            return Math.min(wanted, source.askableBytes());
        }

        private void ask(SourceState source, long bytes, boolean limitReached) {
            if (bytes > 0) {
                steps.add(new Step(source.name(), bytes));
            } else {
                skip(source, limitReached ? SkipReason.LIMIT : SkipReason.NOT_NEEDED);
            }
        }

        private void skip(SourceState source, SkipReason reason) {
            skipped.add(new Skipped(source.name(), reason));
        }

        private Mode mode(Mode acting) {
            return steps.isEmpty() ? Mode.NONE : acting;
        }
    }
}
