package dev.isobar.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Chooses the rule of an [AdaptiveOrder]. For each rule there is an *expert*, a [ShadowCache] that
/// sees a sample of the keys and has the same share of the limit. The rule of the expert that has
/// saved most lately is the pool's, once it is ahead by 1 % of what the present one missed.
///
/// The sample are all keys whose hash is below a bound, so that every request of a sampled key is
/// seen. The bound is halved whenever an expert holds more than 768 keys, so the experts cost the
/// same in a pool of any size (about 30 KiB each, made when they are first needed), and a pool of few entries is seen as a whole.
/// Scores halve in 8 times the sampled entries and 200 requests: so that an expert has met
/// each of its entries several times before it is judged.
///
/// The pool begins with the rule that is never far behind: [AdaptiveRule#GREEDY] where worth per byte
/// differs by more than a factor of two, else [AdaptiveRule#SECOND_USE].
///
/// *Safe for several threads.* A use of a sampled key is one write into a small ring, others are not
/// written at all; whoever fills a quarter of the ring lets the experts catch up, unless somebody
/// else does. What is overwritten before that is lost.
final class Adaptation {

    private static final int RING = 128;
    private static final int CATCH_UP = RING / 4;
    private static final int MAX_SAMPLED_ENTRIES = 768;
    private static final int MIN_SAMPLED_ENTRIES = 128;
    private static final int JUDGED_ENTRIES = 512;
    private static final int ROUND = 32;
    private static final double LEAD = 0.01;
    private static final double DENSITIES_DIFFER = 2;

    private final AdaptiveSketch sketch = new AdaptiveSketch();
    private final AtomicLongArray ring = new AtomicLongArray(RING);
    private final AtomicInteger written = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final LongSupplier limitBytes;
    private final Present present = new Present();
    private final Eras eras;

    private volatile AdaptiveRule rule = AdaptiveRule.SECOND_USE;
    private volatile long entries;

    // Guarded by lock.
    private final List<ShadowCache> experts = new ArrayList<>();
    private final double[] scores = new double[AdaptiveRule.ALL.size()];
    private double asked;
    private int read;
    private int round;
    private long budgetedBytes;
    private boolean begun;
    private float leastDensity = Float.MAX_VALUE;
    private float mostDensity;

    /// @param clock monotonic nanoseconds
    Adaptation(LongSupplier limitBytes, LongSupplier clock) {
        this.eras = new Eras(present, clock);
        this.limitBytes = limitBytes;
        this.budgetedBytes = limitBytes.getAsLong();
    }

    /// The hash that the other methods want.
    static int hash(Object key) {
        return Entry.hashOf(key);
    }

    /// The rule to follow now.
    AdaptiveRule rule() {
        return rule;
    }

    /// About how many entries the pool holds.
    int entries() {
        return (int) Math.min(entries, Integer.MAX_VALUE);
    }

    /// What every hit has to know.
    Present present() {
        return present;
    }

    /// What time it is.
    Eras eras() {
        return eras;
    }

    /// Counts a look-up.
    ///
    /// @param hash the key's, by [Entry#hashOf]
    /// @param times how many look-ups it stands for
    /// @param count any number of which one in 16 is a multiple of 16
    void asked(int hash, int times, long count) {
        sketch.increment(hash, times, count);
    }

    int frequency(int hash) {
        return sketch.frequency(hash);
    }

    /// Notes a use of an entry of the sample, or that it came in.
    void used(int hash, long bytes, double worth) {
        int index = written.getAndIncrement();
        ring.setOpaque(index & (RING - 1), packed(hash, (double) Math.max(1, bytes), worth));
        if (index % CATCH_UP == CATCH_UP - 1) {
            catchUp();
        }
    }

    /// The pool has to evict for the first time: it has seen some of its load.
    void begin() {
        if (begun || !lock.tryLock()) {
            return;
        }
        try {
            drain();
            begun = true;
            if (mostDensity > DENSITIES_DIFFER * leastDensity) {
                rule = AdaptiveRule.GREEDY;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets the experts see what they have not seen, unless another thread does.
    void catchUp() {
        if (lock.tryLock()) {
            try {
                drain();
            } finally {
                lock.unlock();
            }
        }
    }

    private void drain() {
        if (experts.isEmpty()) {
            for (AdaptiveRule each : AdaptiveRule.ALL) {
                experts.add(new ShadowCache(each, (double) budgetedBytes, sketch::frequency));
            }
        }
        int end = written.get();
        if (end - read > RING) {
            read = end - RING;
        }
        for (; read != end; read++) {
            long use = ring.getAndSet(read & (RING - 1), 0);
            if (use != 0) {
                judge((int) (use >>> 32), half((int) (use >>> 16)), half((int) use));
            }
        }
    }

    private void judge(int hash, float bytes, float worth) {
        if (!present.sampled(hash)) {
            return;
        }
        if (!begun) {
            leastDensity = Math.min(leastDensity, worth / bytes);
            mostDensity = Math.max(mostDensity, worth / bytes);
        }
        double decay = decay();
        asked = asked * decay + worth;
        int most = 0;
        for (int i = 0; i < scores.length; i++) {
            boolean hit = experts.get(i).request(hash, bytes, worth);
            scores[i] = scores[i] * decay + (hit ? worth : 0);
            most = Math.max(most, experts.get(i).count());
        }
        if (most > MAX_SAMPLED_ENTRIES) {
            sample(present.sampleBound() / 2);
        }
        if (++round == ROUND) {
            round = 0;
            chooseRule();
            adjust(most);
        }
    }

    private void chooseRule() {
        int leading = AdaptiveRule.ALL.indexOf(rule);
        int best = leading;
        for (int i = 0; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        if (begun && scores[best] - scores[leading] > LEAD * (asked - scores[leading])) {
            rule = AdaptiveRule.ALL.get(best);
        }
    }

    /// Follows the limit and the number of entries.
    private void adjust(int most) {
        long limit = limitBytes.getAsLong();
        if (limit != budgetedBytes) {
            budgetedBytes = limit;
            sample(present.sampleBound());
        }
        if (begun && most < MIN_SAMPLED_ENTRIES && present.sampleBound() < 1L << 32) {
            sample(present.sampleBound() * 2);
        }
        entries = ((long) leader().count() << 32) / present.sampleBound();
        sketch.expect(entries);
    }

    private void sample(long bound) {
        present.sampleBound(bound);
        double budget = budgetedBytes * (bound / (double) (1L << 32));
        for (ShadowCache expert : experts) {
            expert.retain(present::sampled);
            expert.budget(budget);
        }
    }

    private double decay() {
        int judged = Math.clamp(entries, 16, JUDGED_ENTRIES);
        return Math.exp(-Math.log(2) / (8 * judged + 200));
    }

    private ShadowCache leader() {
        return experts.get(AdaptiveRule.ALL.indexOf(rule));
    }

    /// A hash of 32 bits, and two numbers as the upper halves of floats: to one part in 256.
    private static long packed(int hash, double bytes, double worth) {
        int a = Float.floatToRawIntBits((float) bytes) >>> 16;
        int b = Float.floatToRawIntBits((float) worth) >>> 16;
        return ((long) hash << 32) | ((long) a << 16) | b;
    }

    private static float half(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
