package dev.isobar.examples.kv;

/// Agents that call tools, each on its own: every attempt is a conversation that grows, with a call of a
/// tool, an answer, some turns, a second call and a last answer.
///
/// *One use.*
///
/// @param plan how many agents there are, and how long they talk
record ToolLoop(PressurePlan plan) implements Phase {

    private static final int BESIDE_TURNS = 4;

    @Override
    public String name() {
        return "tool loop";
    }

    @Override
    public int agents() {
        return plan.agents();
    }

    @Override
    public int requests() {
        return plan.agents() * plan.attempts() * (plan.turns() + BESIDE_TURNS);
    }

    @Override
    public void work(int agent, Engine engine) throws InterruptedException {
        for (int attempt = 0; attempt < plan.attempts(); attempt++) {
            int[] history = Talk.begin(agent, attempt);
            history = say(agent, engine, history, true, Talk.LONG_ANSWER);
            history = say(agent, engine, history, false, Talk.LONG_ANSWER);
            for (int turn = 0; turn < plan.turns(); turn++) {
                history = say(agent, engine, history, false, Talk.SHORT_ANSWER);
            }
            history = say(agent, engine, history, true, Talk.LONG_ANSWER);
            say(agent, engine, history, false, Talk.LONG_ANSWER);
        }
    }

    /// One request; the history with its answer and the next question.
    private int[] say(int agent, Engine engine, int[] asked, boolean tools, int answer)
            throws InterruptedException {
        engine.request(agent, new Talk(plan.prefixTokens()).prompt(asked, tools), answer);
        return Talk.longer(asked, answer + Talk.QUESTION);
    }
}
