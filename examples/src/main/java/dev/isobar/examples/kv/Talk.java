package dev.isobar.examples.kv;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The tokens of prompts: what all share, and what follows from what was said before.
///
/// *Immutable.*
///
/// @param prefixTokens how long the shared beginning is
record Talk(int prefixTokens) {

    /// A question of a user, or what a tool answers.
    static final int QUESTION = 30;

    /// An answer with, or after, a call of a tool.
    static final int LONG_ANSWER = 128;

    /// An answer in between.
    static final int SHORT_ANSWER = 64;

    private static final int BLOCK = 16;
    private static final int WITHOUT_TOOLS = 1 << 24;

    /// The most tokens that a request of a conversation has, its answer included: rounded up to a block,
    /// and by what a budget loses when it is rounded down to whole segments.
    static int largestRequest(int prefixTokens, int turns) {
        long said = 1 + QUESTION + 4L * (LONG_ANSWER + QUESTION);
        long turned = (long) turns * (SHORT_ANSWER + QUESTION);
        return Math.toIntExact((prefixTokens + said + turned) * 65 / 64 + 2L * BLOCK);
    }

    /// A prompt: requests with tools begin otherwise than those without.
    int[] prompt(int[] history, boolean tools) {
        int first = tools ? 0 : WITHOUT_TOOLS;
        return IntStream.concat(
                        IntStream.range(first, first + prefixTokens), Arrays.stream(history))
                .toArray();
    }

    /// A history that no other begins with.
    static int[] begin(int agent, int attempt) {
        return longer(new int[] {1_000_000 + agent * 1_000 + attempt}, QUESTION);
    }

    /// The same tokens and some that follow from the last one.
    static int[] longer(int[] tokens, int more) {
        int[] longer = Arrays.copyOf(tokens, tokens.length + more);
        for (int at = tokens.length; at < longer.length; at++) {
            longer[at] = longer[at - 1] * 31 + at;
        }
        return longer;
    }
}
