package dev.isobar.benchmarks;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A full cache and the keys that are asked for: equal to those inside, and other objects, in an order
/// by Zipf's law with exponent 0.99.
final class CacheState {

    static final double EXPONENT = 0.99;

    private static final int DRAWN = 1 << 20;

    private static @Nullable CacheState kept;

    private final String description;
    private final AtomicInteger readers = new AtomicInteger();
    private final CacheKey[] keys;
    private final int[] drawn;
    final Peer cache;

    /// The last one that was made is kept, lest a benchmark fill it again for each of its turns.
    ///
    /// @param limitEntries for how many there is room
    static synchronized CacheState of(String peer, int entries, int limitEntries) {
        String description = "%s %d %d".formatted(peer, entries, limitEntries);
        CacheState last = kept;
        if (last != null && last.description.equals(description)) {
            return last;
        }
        kept = null; // it need not live while the next one is made
        CacheState made = new CacheState(description, peer, entries, limitEntries);
        kept = made;
        return made;
    }

    private CacheState(String description, String peer, int entries, int limitEntries) {
        this.description = description;
        cache = Peer.of(peer, limitEntries);
        keys = new CacheKey[entries];
        drawn = Zipf.sequence(entries, EXPONENT, DRAWN);
        Arrays.setAll(keys, CacheKey::of); // beforehand, lest they lie beside those in the cache
        for (int i = 0; i < entries; i++) {
            cache.put(CacheKey.of(i), new Peer.Value(i));
        }
        cache.settle();
        System.gc();
    }

    /// How many of the keys are in the cache.
    int present() {
        int count = 0;
        for (CacheKey key : keys) {
            count += cache.get(key) == null ? 0 : 1;
        }
        return count;
    }

    /// Where one thread stands in the sequence.
    Reader reader() {
        return new Reader(readers.getAndIncrement());
    }

    /// Keeps one thread's fields out of the cache lines of another's, wherever the collector puts them.
    @SuppressWarnings("UnusedVariable")
    private static class Apart {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
    }

    private static class Position extends Apart {
        int at;
        long inserted;
    }

    /// One thread's way through the keys.
    final class Reader extends Position {

        @SuppressWarnings("UnusedVariable") // as those in front
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;

        private final int thread;

        Reader(int thread) {
            this.thread = thread;
            this.at = thread * (DRAWN / 7);
        }

        CacheKey next() {
            return keys[drawn[at++ & (DRAWN - 1)]];
        }

        Peer.@Nullable Value get() {
            return cache.get(next());
        }

        /// A look-up, or in one of ten calls a key that was never there.
        Peer.@Nullable Value getOrInsert() {
            if (at % 10 != 0) {
                return get();
            }
            at++;
            long number = ((long) (thread + 1) << 40) | inserted++;
            var value = new Peer.Value(number);
            cache.put(CacheKey.of(number), value);
            return value;
        }
    }
}
