package dev.isobar.examples.kv;

import dev.isobar.kv.KvPolicy;
import java.util.Objects;
import java.util.OptionalLong;

/// How agents go about their work.
///
/// *Immutable.*
///
/// @param agents how many work at once; at least 1
/// @param attempts how often each begins anew; at least 1
/// @param turns turns of an attempt between its two calls of a tool; at least 0
/// @param prefixTokens the beginning that all requests of one kind share; at least 1
/// @param budgetTokens how many tokens the pool holds; at least 1
/// @param lanes how many requests run at once; at least 1
/// @param policy which kept block goes first
/// @param seed says in which order agents take turns, one at a time; empty if they run as the machine
///     lets them
public record ToolLoopPlan(
        int agents,
        int attempts,
        int turns,
        int prefixTokens,
        int budgetTokens,
        int lanes,
        KvPolicy policy,
        OptionalLong seed) {

    /// @throws IllegalArgumentException if a number is out of range
    public ToolLoopPlan {
        require("agents", agents, 1);
        require("attempts", attempts, 1);
        require("turns", turns, 0);
        require("prefixTokens", prefixTokens, 1);
        require("budgetTokens", budgetTokens, 1);
        require("lanes", lanes, 1);
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(seed, "seed");
    }

    /// The same plan, with turns that follow from a seed.
    public ToolLoopPlan seeded(long number) {
        return new ToolLoopPlan(
                agents,
                attempts,
                turns,
                prefixTokens,
                budgetTokens,
                lanes,
                policy,
                OptionalLong.of(number));
    }

    /// How many requests all agents make.
    public int requests() {
        return agents * attempts * (turns + 4);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s must be at least %d: %d".formatted(name, least, value));
        }
    }
}
