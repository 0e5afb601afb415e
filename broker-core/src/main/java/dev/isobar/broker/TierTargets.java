package dev.isobar.broker;

/// How far relief goes: the pressure at which a source is left alone again.
///
/// *Immutable.*
///
/// @param high the aim below [PressureTier#CRITICAL]; more than 0, at most 1
/// @param critical the aim at [PressureTier#CRITICAL]; more than 0, at most 1
public record TierTargets(double high, double critical) {

    /// 0.60 for both tiers: the lower edge of [PressureTier#WARNING].
    public static final TierTargets DEFAULT = new TierTargets(0.60, 0.60);

    /// @throws IllegalArgumentException if a target is out of bounds or NaN
    public TierTargets {
        Settings.requireFraction("targets.high", high);
        Settings.requireFraction("targets.critical", critical);
    }

    /// The same aim for every tier.
    public static TierTargets of(double aim) {
        return new TierTargets(aim, aim);
    }

    /// The aim of relief that is done in a tier.
    public double aim(PressureTier tier) {
        return tier == PressureTier.CRITICAL ? critical : high;
    }
}
