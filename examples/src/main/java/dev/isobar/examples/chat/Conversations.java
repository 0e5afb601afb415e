package dev.isobar.examples.chat;

import dev.isobar.examples.workload.ShiftingPopularity;
import dev.isobar.examples.workload.ZipfSampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// Conversations of the demo's own making, in the shape that traces of chat services have: all with one
/// adapter begin alike, each turn brings all that was said before, most are short and some are long.
/// Which adapters are popular changes every ten seconds. Drawn with a fixed seed.
///
/// *Safe for several threads.*
public final class Conversations implements ChatSource {

    private static final long SEED = 20_260_102;
    private static final double SKEW = 0.9;
    private static final double GOES_ON = 0.85;
    private static final Duration FAVOURITES_LAST = Duration.ofSeconds(10);

    private final ChatPlan plan;
    private final List<String> adapters;
    private final ShiftingPopularity popularity;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Conversation> open = new ArrayList<>();
    private int begun;

    /// @param plan how long and how many they are
    /// @param adapters the names to choose from; at least one
    /// @param nanoClock a monotonic clock
    public Conversations(ChatPlan plan, List<String> adapters, LongSupplier nanoClock) {
        this.plan = plan;
        this.adapters = List.copyOf(adapters);
        this.popularity =
                new ShiftingPopularity(
                        new ZipfSampler(adapters.size(), SKEW),
                        FAVOURITES_LAST,
                        nanoClock,
                        random.split());
    }

    @Override
    public synchronized ChatRequest next() {
        int place = random.nextInt(plan.conversations());
        if (place >= open.size()) {
            place = open.size();
            open.add(begin());
        }
        Conversation conversation = open.get(place);
        int answer = length(plan.turnTokens() / 3);
        int question = length(plan.turnTokens() * 2 / 3);
        ChatRequest request = conversation.turn(question, answer);
        if (random.nextDouble() > GOES_ON || request.tokens().length >= longest()) {
            open.set(place, begin());
        }
        return request;
    }

    @Override
    public String description() {
        return "conversations of the demo's own making";
    }

    private int longest() {
        int turn = plan.turnTokens() * 2; // the next one must fit, too
        return plan.mostBlocks() * ChatPlan.SHAPE.tokensPerBlock() - turn;
    }

    /// From half the mean to half as much again.
    private int length(int mean) {
        return Math.max(1, random.nextInt(mean / 2, mean + mean / 2 + 2));
    }

    private Conversation begin() {
        int adapter = popularity.draw(random);
        int number = begun++;
        int[] greeting = new int[plan.greetingTokens()];
        for (int at = 0; at < greeting.length; at++) {
            greeting[at] = at;
        }
        return new Conversation(
                "conversation " + number, adapters.get(adapter), greeting, random.split());
    }

    /// What was said so far.
    private static final class Conversation {

        private static final int WORDS = 1 << 16;

        private final String name;
        private final String adapter;
        private final SplittableRandom random;
        private int[] said;

        Conversation(String name, String adapter, int[] greeting, SplittableRandom random) {
            this.name = name;
            this.adapter = adapter;
            this.said = greeting;
            this.random = random;
        }

        ChatRequest turn(int question, int answer) {
            int before = said.length;
            said = Arrays.copyOf(said, before + question + answer);
            for (int at = before; at < said.length; at++) {
                said[at] = random.nextInt(WORDS);
            }
            return new ChatRequest(name, adapter, said, before + question);
        }
    }
}
