package dev.isobar.examples.kv;

/// Two requests with the same beginning and different ends, and two that are the same: the second of each
/// has to find what the first left.
///
/// *One use.*
///
/// @param plan how long the beginning is, and how much has to be found
record PrefixPairs(PressurePlan plan) implements Phase {

    private static final int ANSWER = 32;
    private static final int FIRST_AGENT = 300; // histories that no other phase has

    @Override
    public String name() {
        return "same and exact prefix";
    }

    @Override
    public int agents() {
        return 1;
    }

    @Override
    public int requests() {
        return 4;
    }

    @Override
    public void work(int agent, Engine engine) throws InterruptedException {
        var talk = new Talk(plan.prefixTokens());
        int[] one = talk.prompt(Talk.begin(FIRST_AGENT, 0), false);
        int[] other = talk.prompt(Talk.begin(FIRST_AGENT + 1, 0), false);
        int[] exact = talk.prompt(Talk.begin(FIRST_AGENT + 2, 0), false);
        engine.request(agent, one, ANSWER);
        Reuse.of(plan).check("same prefix", engine.request(agent, other, ANSWER), engine.tally());
        engine.request(agent, exact, ANSWER);
        Reuse.of(plan).check("exact prefix", engine.request(agent, exact, ANSWER), engine.tally());
    }
}
