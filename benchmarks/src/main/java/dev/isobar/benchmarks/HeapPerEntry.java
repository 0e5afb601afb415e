package dev.isobar.benchmarks;

import java.util.Arrays;
import java.util.List;

/// The bytes of heap that a full cache takes for each of its entries, keys and values apart: these are
/// made beforehand. The cache has seen twice as many entries again as it can hold, and look-ups, so
/// that what it makes late is there.
///
/// `HeapPerEntry [--quick | --tiny]`: with fewer sizes, or with few entries, to see that it runs.
final class HeapPerEntry {

    private static final List<String> PEERS =
            List.of("pool", "caffeine", "cache2k", "guava", "lru", "chm");
    private static final int GENERATIONS = 3;

    private HeapPerEntry() {}

    public static void main(String[] args) {
        int[] sizes =
                switch (args.length == 0 ? "" : args[0]) {
                    case "--tiny" -> new int[] {1_000};
                    case "--quick" -> new int[] {100_000};
                    default -> new int[] {100_000, 1_000_000};
                };
        for (int entries : sizes) {
            CacheKey[] keys = new CacheKey[entries * GENERATIONS];
            Peer.Value[] values = new Peer.Value[keys.length];
            Arrays.setAll(keys, CacheKey::of);
            Arrays.setAll(values, Peer.Value::new);
            for (String peer : PEERS) {
                filled(peer, 1_000, keys, values); // its classes are loaded now
                double bytes = bytesPerEntry(peer, entries, keys, values);
                new Measurement("%,d entries, bytes an entry".formatted(entries), peer, bytes)
                        .print();
            }
        }
    }

    private static double bytesPerEntry(
            String peer, int entries, CacheKey[] keys, Peer.Value[] values) {
        long before = usedBytes();
        Peer cache = filled(peer, entries, keys, values);
        double bytes = (double) (usedBytes() - before) / cache.size();
        for (int i = 0; i < keys.length; i++) { // the cache, the keys and the values live till here
            Peer.Value found = cache.get(keys[i]);
            if (found != null && found != values[i]) {
                throw new AssertionError(peer + " has mixed up its entries");
            }
        }
        return bytes;
    }

    private static Peer filled(String peer, int entries, CacheKey[] keys, Peer.Value[] values) {
        Peer cache = Peer.of(peer, entries);
        for (int i = 0; i < entries * GENERATIONS; i++) {
            cache.put(keys[i], values[i]);
            cache.get(keys[i - i % 7]);
        }
        cache.settle();
        return cache;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
