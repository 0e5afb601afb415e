package dev.isobar.examples.replay;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Collects requests. Keys are numbered in the order of their first request. A key whose size has
/// changed is another one from then on, as no cache can answer with the old value; a cost stays what
/// it was at first.
///
/// *One thread only.*
final class TraceBuilder {

    /// The most requests that a trace may have: they are kept in memory, four bytes each.
    static final int MAX_REQUESTS = 1 << 28;

    private final Map<Identity, Integer> numbers = new HashMap<>();

    private record Identity(long key, long bytes) {}

    private int[] requests = new int[1 << 12];
    private int count;
    private long[] bytes = new long[1 << 10];
    private long[] costs = new long[1 << 10];

    /// Adds a request.
    ///
    /// @throws IllegalStateException if there are too many
    void add(long key, long keyBytes, long keyCost) {
        if (count == MAX_REQUESTS) {
            throw new IllegalStateException("more than " + MAX_REQUESTS + " requests");
        }
        if (count == requests.length) {
            requests = Arrays.copyOf(requests, count * 2);
        }
        requests[count++] = number(key, keyBytes, keyCost);
    }

    /// The trace so far.
    Trace build(String name) {
        int keys = numbers.size();
        return new Trace(
                name,
                Arrays.copyOf(requests, count),
                Arrays.copyOf(bytes, keys),
                Arrays.copyOf(costs, keys));
    }

    private int number(long key, long keyBytes, long keyCost) {
        var identity = new Identity(key, keyBytes);
        Integer known = numbers.get(identity);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        numbers.put(identity, number);
        if (number == bytes.length) {
            bytes = Arrays.copyOf(bytes, number * 2);
            costs = Arrays.copyOf(costs, number * 2);
        }
        bytes[number] = keyBytes;
        costs[number] = keyCost;
        return number;
    }
}
