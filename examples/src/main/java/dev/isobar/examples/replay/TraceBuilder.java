package dev.isobar.examples.replay;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Collects requests. Keys are numbered in the order of their first request; a key keeps the size and
/// the cost that it had there.
///
/// *One thread only.*
final class TraceBuilder {

    /// The most requests that a trace may have: they are kept in memory, four bytes each.
    static final int MAX_REQUESTS = 1 << 28;

    private final Map<Long, Integer> numbers = new HashMap<>();
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
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        numbers.put(key, number);
        if (number == bytes.length) {
            bytes = Arrays.copyOf(bytes, number * 2);
            costs = Arrays.copyOf(costs, number * 2);
        }
        bytes[number] = keyBytes;
        costs[number] = keyCost;
        return number;
    }
}
