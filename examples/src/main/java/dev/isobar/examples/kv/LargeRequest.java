package dev.isobar.examples.kv;

/// One request that wants more than 0.9 of the pool, among agents that keep it busy.
///
/// *One use.*
///
/// @param loop what the others do
/// @param tokens how many the large one wants, its answer included
record LargeRequest(ToolLoop loop, int tokens) implements Phase {

    private static final double SHARE = 0.92;
    private static final int FIRST_AGENT = 600; // histories that no other phase has

    static LargeRequest of(PressurePlan plan) {
        return new LargeRequest(new ToolLoop(plan), (int) (SHARE * plan.budgetTokens()));
    }

    @Override
    public String name() {
        return "one large request";
    }

    @Override
    public int agents() {
        return loop.agents() + 1;
    }

    @Override
    public int requests() {
        return loop.requests() + 1;
    }

    @Override
    public void work(int agent, Engine engine) throws InterruptedException {
        if (agent < loop.agents()) {
            loop.work(agent, engine);
            return;
        }
        int[] begin = Talk.begin(FIRST_AGENT, 0);
        int[] prompt = Talk.longer(begin, tokens - Talk.SHORT_ANSWER - begin.length);
        engine.request(agent, prompt, Talk.SHORT_ANSWER);
    }
}
