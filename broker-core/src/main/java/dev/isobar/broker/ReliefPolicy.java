package dev.isobar.broker;

/// Says what should be done about pressure.
///
/// A policy is pure: the same state gives the same plan, and nothing else happens. So a plan can be
/// shown without acting, logged, replayed and tested. A policy that throws, or takes too long, is
/// replaced by the [#standard()] one for that pass; a step that asks too much, or of a source that
/// may not be asked, is left out.
@FunctionalInterface
public interface ReliefPolicy {

    /// What should be done about a state.
    ReliefPlan plan(BrokerState state);

    /// The rules described in [BrokerConfig], which are always there as the floor: below
    /// [PressureTier#CRITICAL] the worst source first and down from there until the deficit is met;
    /// at [PressureTier#CRITICAL] all sources at or above the threshold, in parallel.
    static ReliefPolicy standard() {
        return StandardPolicy.INSTANCE;
    }
}
