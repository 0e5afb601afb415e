package dev.isobar.examples.kv;

import dev.isobar.kv.KvPolicy;
import java.util.Objects;
import java.util.OptionalLong;

/// How agents go about their work, and what is expected of the pool.
///
/// *Immutable.*
///
/// @param agents how many work at once; at least 1
/// @param attempts how often each begins anew; at least 1
/// @param turns turns of an attempt between its two calls of a tool; at least 0
/// @param overlap how many requests are let go together; at least 2
/// @param prefixTokens the beginning that all requests of one kind share; at least 1
/// @param minCached how many tokens of that have to be found where they were asked for just before; at
///     least 0
/// @param suffixLimit how many tokens may be left to compute then; at least 0
/// @param budgetTokens how many tokens the pool holds; at least 1
/// @param lanes how many requests run at once; at least 1
/// @param policy which kept block goes first
/// @param seed says in which order agents take turns, one at a time; empty if they run as the machine
///     lets them
public record PressurePlan(
        int agents,
        int attempts,
        int turns,
        int overlap,
        int prefixTokens,
        int minCached,
        int suffixLimit,
        int budgetTokens,
        int lanes,
        KvPolicy policy,
        OptionalLong seed) {

    /// What may be missing of a shared beginning, by default.
    public static final int DEFAULT_SLACK = 128;

    /// How many tokens may be left to compute, by default.
    public static final int DEFAULT_SUFFIX_LIMIT = 256;

    /// @throws IllegalArgumentException if a number is out of range
    public PressurePlan {
        require("agents", agents, 1);
        require("attempts", attempts, 1);
        require("turns", turns, 0);
        require("overlap", overlap, 2);
        require("prefixTokens", prefixTokens, 1);
        require("minCached", minCached, 0);
        require("suffixLimit", suffixLimit, 0);
        require("budgetTokens", budgetTokens, 1);
        require("lanes", lanes, 1);
        int largest = Talk.largestRequest(prefixTokens, turns);
        if (largest > budgetTokens) {
            throw new IllegalArgumentException(
                    "budgetTokens must be at least %d, so that the longest conversation fits: %d"
                            .formatted(largest, budgetTokens));
        }
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(seed, "seed");
    }

    /// A plan with the usual thresholds, whose agents run as the machine lets them.
    public static PressurePlan of(
            int agents, int attempts, int turns, int prefixTokens, int budgetTokens, int lanes) {
        return new PressurePlan(
                agents,
                attempts,
                turns,
                2,
                prefixTokens,
                Math.max(0, prefixTokens - DEFAULT_SLACK),
                DEFAULT_SUFFIX_LIMIT,
                budgetTokens,
                lanes,
                KvPolicy.ADAPTIVE,
                OptionalLong.empty());
    }

    /// The same, with turns that follow from a seed.
    public PressurePlan seeded(long number) {
        return with(overlap, policy, OptionalLong.of(number));
    }

    /// The same, with so many requests that are let go together.
    public PressurePlan overlapping(int requests) {
        return with(requests, policy, seed);
    }

    /// The same, with another order of eviction.
    public PressurePlan evicting(KvPolicy order) {
        return with(overlap, order, seed);
    }

    private PressurePlan with(int together, KvPolicy order, OptionalLong number) {
        return new PressurePlan(
                agents,
                attempts,
                turns,
                together,
                prefixTokens,
                minCached,
                suffixLimit,
                budgetTokens,
                lanes,
                order,
                number);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s must be at least %d: %d".formatted(name, least, value));
        }
    }
}
