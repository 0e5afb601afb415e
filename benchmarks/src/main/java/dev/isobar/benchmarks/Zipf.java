package dev.isobar.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Numbers drawn by Zipf's law: the k-th most frequent one as often as 1 / k^exponent says, and which
/// number is the k-th left to chance, so that neighbours in memory differ in frequency.
final class Zipf {

    private static final long SEED = 20_26_11_20L;

    private Zipf() {}

    /// @param count how many different numbers there are, from 0 on
    /// @param length how many are drawn
    static int[] sequence(int count, double exponent, int length) {
        double[] upTo = new double[count];
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += 1 / Math.pow(k + 1, exponent);
            upTo[k] = sum;
        }
        var random = new SplittableRandom(SEED);
        int[] numbers = shuffled(count, random);
        int[] drawn = new int[length];
        for (int i = 0; i < length; i++) {
            int at = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            drawn[i] = numbers[Math.min(count - 1, at < 0 ? -at - 1 : at)];
        }
        return drawn;
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            numbers[i] = numbers[j];
            numbers[j] = i;
        }
        return numbers;
    }
}
