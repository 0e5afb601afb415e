package dev.isobar.examples.kv;

import java.util.SplittableRandom;

/// Prompts of all sizes, from 600 tokens (or less, in a small pool) to 0.7 of it, half of them with the shared
/// beginning.
///
/// *One use.*
///
/// @param plan how many agents there are
record MixedSizes(PressurePlan plan) implements Phase {

    private static final int SMALLEST = 600;
    private static final double LARGEST = 0.7;
    private static final int IN_AN_ATTEMPT = 4;
    private static final int FIRST_AGENT = 400; // histories that no other phase has

    @Override
    public String name() {
        return "mixed sizes";
    }

    @Override
    public int agents() {
        return plan.agents();
    }

    @Override
    public int requests() {
        return plan.agents() * plan.attempts() * IN_AN_ATTEMPT;
    }

    @Override
    public void work(int agent, Engine engine) throws InterruptedException {
        var random = new SplittableRandom(agent);
        int most = (int) (LARGEST * plan.budgetTokens());
        int least = Math.min(SMALLEST, most / 2);
        for (int number = 0; number < plan.attempts() * IN_AN_ATTEMPT; number++) {
            int size = random.nextInt(least, most + 1);
            int shared = random.nextBoolean() ? Math.min(plan.prefixTokens(), size / 2) : 1;
            int[] own = Talk.begin(FIRST_AGENT + agent, number);
            int[] prompt = Talk.longer(new Talk(shared).prompt(own, true), size - shared);
            engine.request(agent, prompt, Talk.SHORT_ANSWER);
        }
    }
}
