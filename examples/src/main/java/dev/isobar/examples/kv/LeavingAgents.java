package dev.isobar.examples.kv;

import java.util.SplittableRandom;

/// Agents of which some give up at some point: while they wait, with blocks that others wait for, in the
/// middle of a prompt.
///
/// *One use.*
///
/// @param plan how many agents there are
record LeavingAgents(PressurePlan plan) implements Phase {

    private static final double LEAVE = 0.4;
    private static final int IN_AN_ATTEMPT = 8;
    private static final int FIRST_AGENT = 500; // histories that no other phase has

    @Override
    public String name() {
        return "given up at some point";
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
        var talk = new Talk(plan.prefixTokens());
        Leave[] points = Leave.values();
        for (int attempt = 0; attempt < plan.attempts(); attempt++) {
            int[] asked = Talk.begin(FIRST_AGENT + agent, attempt);
            for (int number = 0; number < IN_AN_ATTEMPT; number++) {
                Leave leave =
                        random.nextDouble() < LEAVE
                                ? points[random.nextInt(points.length)]
                                : Leave.NEVER;
                boolean tools = random.nextBoolean();
                if (engine.request(agent, talk.prompt(asked, tools), Talk.SHORT_ANSWER, leave)
                        != null) {
                    asked = Talk.longer(asked, Talk.SHORT_ANSWER + Talk.QUESTION);
                }
            }
        }
    }
}
