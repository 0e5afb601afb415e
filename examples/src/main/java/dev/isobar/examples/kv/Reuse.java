package dev.isobar.examples.kv;

import dev.isobar.examples.kv.Engine.Outcome;

/// What has to be found of a prompt whose beginning was asked for just before.
///
/// *Immutable.*
///
/// @param minCached how many tokens at least
/// @param suffixLimit how many tokens may be left to compute
record Reuse(int minCached, int suffixLimit) {

    /// What a plan expects.
    static Reuse of(PressurePlan plan) {
        return new Reuse(plan.minCached(), plan.suffixLimit());
    }

    /// Notes a problem if less was found.
    ///
    /// @param what the request, for people
    void check(String what, Outcome outcome, PhaseTally tally) {
        int left = outcome.promptTokens() - outcome.cachedTokens();
        if (outcome.cachedTokens() < minCached || left > suffixLimit) {
            tally.problem(
                    "%s: %d of %d tokens found, %d left; wanted at least %d found and at most %d left"
                            .formatted(
                                    what,
                                    outcome.cachedTokens(),
                                    outcome.promptTokens(),
                                    left,
                                    minCached,
                                    suffixLimit));
        }
    }
}
