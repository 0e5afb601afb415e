package dev.isobar.kv;

/// Chains of numbers by the hash of what they stand for, in two arrays: 8 bytes a number.
///
/// A chain is a ring: its bucket names the youngest number, behind which the oldest follows, so that one is
/// added at one end, and as a rule taken out at the other, without a walk. The bits of a bucket that a number
/// does not need are a filter: one bit for each hash that came since the chain was empty, so that most of what
/// is not there is missed in the bucket itself.
///
/// Numbers begin with 1. Hashes are of 64 bits as good as random. *Guarded by caller.* Nothing is allocated.
final class HashRings {

    /// No number: {@value}.
    static final int NONE = 0;

    /// The number of a chain's youngest, and above it the filter; 0 if the chain is empty.
    private final int[] buckets;

    /// Of each number the one that came into its chain after it; of the youngest the oldest. What stands at 0
    /// means nothing.
    private final int[] next;

    private final int numberBits;

    /// @param numbers how many there are
    HashRings(int numbers) {
        buckets = new int[Math.max(1, numbers)];
        next = new int[numbers + 1];
        numberBits = Integer.SIZE - Integer.numberOfLeadingZeros(numbers);
    }

    /// The youngest of the chain in which numbers of a hash would be, or [#NONE] if there are none.
    int youngest(long hash) {
        int bucket = buckets[bucket(hash)];
        return (bucket & filter(hash)) == 0 ? NONE : number(bucket);
    }

    /// The number that came into its chain after this one; after the youngest the oldest.
    int next(int number) {
        return next[number];
    }

    /// Adds a number that is in no chain, as the youngest. Which chains are empty cannot be foretold, so nothing
    /// here branches on it.
    void add(int number, long hash) {
        int bucket = bucket(hash);
        int youngest = number(buckets[bucket]);
        int oldest = next[youngest];
        next[youngest] = number;
        next[number] = youngest == NONE ? number : oldest;
        buckets[bucket] = (buckets[bucket] + number - youngest) | filter(hash);
    }

    /// Takes a number out.
    void remove(int number, long hash) {
        int bucket = bucket(hash);
        int youngest = number(buckets[bucket]);
        int before = before(number, youngest);
        next[before] = next[number];
        next[number] = NONE;
        int left = buckets[bucket] + (youngest == number ? before - number : 0);
        buckets[bucket] = before == number ? NONE : left;
    }

    /// Puts one number in the place of another.
    void replace(int number, int by, long hash) {
        int bucket = bucket(hash);
        int youngest = number(buckets[bucket]);
        next[before(number, youngest)] = by;
        next[by] = next[number];
        next[number] = NONE;
        buckets[bucket] += youngest == number ? by - number : 0;
    }

    private int before(int number, int youngest) {
        int before = youngest;
        while (next[before] != number) {
            before = next[before];
        }
        return before;
    }

    /// The upper half of a hash picks the bucket, without a division.
    private int bucket(long hash) {
        return (int) (((hash >>> Integer.SIZE) * buckets.length) >>> Integer.SIZE);
    }

    private int number(int bucket) {
        return bucket & ~(-1 << numberBits);
    }

    /// The bit of a hash above a number: its lower half picks it.
    private int filter(long hash) {
        int bits = Integer.SIZE - numberBits;
        int bit = (int) (((hash & 0xFFFF_FFFFL) * bits) >>> Integer.SIZE);
        return 1 << (numberBits + bit);
    }
}
