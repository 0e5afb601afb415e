package dev.isobar.examples.kv;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Requests that are let go together: one for a title, the others call a tool. When all are back, each that
/// called a tool goes on, one after another: the answer, a second call, the last answer. Then a pair with
/// the same beginning and different ends shows what is still there.
///
/// *One use.*
final class OverlapLoop implements Phase {

    private static final int TITLE = 48;
    private static final int PAIR_ANSWER = 32;
    private static final int AFTER_TOOL = 3;
    private static final int PAIR = 2;
    private static final int FIRST_AGENT = 100; // histories that no other phase has

    private final PressurePlan plan;
    private final Talk talk;
    private final Meeting[][] meetings;
    private final int[][] histories;

    OverlapLoop(PressurePlan plan) {
        this.plan = plan;
        talk = new Talk(plan.prefixTokens());
        histories = new int[plan.overlap()][];
        meetings =
                Stream.generate(() ->
                                IntStream.range(0, 3)
                                        .mapToObj(_ -> new Meeting(plan.overlap()))
                                        .toArray(Meeting[]::new))
                        .limit(plan.attempts())
                        .toArray(Meeting[][]::new);
    }

    @Override
    public String name() {
        return "overlap of " + plan.overlap();
    }

    @Override
    public int agents() {
        return plan.overlap();
    }

    @Override
    public int requests() {
        int tools = plan.overlap() - 1;
        return plan.attempts() * (plan.overlap() + AFTER_TOOL * tools + PAIR);
    }

    @Override
    public void work(int agent, Engine engine) throws InterruptedException {
        for (int attempt = 0; attempt < plan.attempts(); attempt++) {
            Meeting[] meeting = meetings[attempt];
            meeting[0].join(engine.turns());
            histories[agent] = first(agent, attempt, engine);
            meeting[1].join(engine.turns());
            if (agent == 0) {
                goOn(engine);
                measure(attempt, engine);
            }
            meeting[2].join(engine.turns());
        }
    }

    private int[] first(int agent, int attempt, Engine engine) throws InterruptedException {
        int[] asked = Talk.begin(FIRST_AGENT + agent, attempt);
        boolean title = agent == 0;
        return say(agent, engine, asked, !title, title ? TITLE : Talk.LONG_ANSWER);
    }

    private void goOn(Engine engine) throws InterruptedException {
        for (int agent = 1; agent < plan.overlap(); agent++) {
            int[] history = say(agent, engine, histories[agent], false, Talk.LONG_ANSWER);
            history = say(agent, engine, history, true, Talk.LONG_ANSWER);
            say(agent, engine, history, false, Talk.LONG_ANSWER);
        }
    }

    private void measure(int attempt, Engine engine) throws InterruptedException {
        int[] warm = talk.prompt(Talk.begin(FIRST_AGENT + 50, attempt), true);
        int[] measured = talk.prompt(Talk.begin(FIRST_AGENT + 51, attempt), true);
        engine.request(0, warm, PAIR_ANSWER);
        Reuse.of(plan)
                .check(
                        "attempt " + attempt,
                        engine.request(0, measured, PAIR_ANSWER),
                        engine.tally());
    }

    private int[] say(int agent, Engine engine, int[] asked, boolean tools, int answer)
            throws InterruptedException {
        engine.request(agent, talk.prompt(asked, tools), answer);
        return Talk.longer(asked, answer + Talk.QUESTION);
    }
}
