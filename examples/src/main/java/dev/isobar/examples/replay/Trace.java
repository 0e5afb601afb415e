package dev.isobar.examples.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Requests in their order. Keys are numbered from 0; each has one size and one cost of a miss.
///
/// *Immutable*, as long as nobody writes to the arrays.
public final class Trace {

    private static final long MAX_SYNTHETIC_BYTES = 64;

    private final String name;
    final int[] requests;
    final long[] bytes;
    final long[] costs;

    Trace(String name, int[] requests, long[] bytes, long[] costs) {
        this.name = name;
        this.requests = requests;
        this.bytes = bytes;
        this.costs = costs;
    }

    /// Reads a trace, packed with gzip or not.
    ///
    /// @throws TraceException if it cannot be read, has a fault or has no requests
    public static Trace read(Path file, TraceFormat format) throws IOException {
        Path fileName = file.getFileName();
        try (TraceInput in = TraceInput.open(file)) {
            return read(in, format, String.valueOf(fileName == null ? file : fileName));
        }
    }

    static Trace read(TraceInput in, TraceFormat format, String name) throws IOException {
        var builder = new TraceBuilder();
        try {
            format.read(in, builder);
        } catch (IllegalStateException e) {
            throw in.error(String.valueOf(e.getMessage()));
        }
        Trace trace = builder.build(name);
        if (trace.requests.length == 0) {
            throw in.error("there are no requests");
        }
        return trace;
    }

    /// What the trace is called in tables.
    public String name() {
        return name;
    }

    /// How many requests there are.
    public int requestCount() {
        return requests.length;
    }

    /// How many keys there are.
    public int keyCount() {
        return bytes.length;
    }

    /// The bytes of all keys together.
    public long footprintBytes() {
        long sum = 0;
        for (long b : bytes) {
            sum = Math.addExact(sum, b);
        }
        return sum;
    }

    /// Some of the requests, of the same keys.
    Trace slice(int from, int end) {
        return new Trace(name, Arrays.copyOfRange(requests, from, end), bytes, costs);
    }

    /// Whether every size is 1.
    boolean unitBytes() {
        return Arrays.stream(bytes).allMatch(b -> b == 1);
    }

    /// Whether every cost is 1.
    boolean unitCosts() {
        return Arrays.stream(costs).allMatch(c -> c == 1);
    }

    /// The same requests, where every size is 1.
    public Trace withUnitBytes() {
        return with(filled(1), costs);
    }

    /// The same requests, where every cost is 1.
    public Trace withUnitCosts() {
        return with(bytes, filled(1));
    }

    /// The same requests, where sizes are 1 to 64 bytes by a hash of the key.
    public Trace withSyntheticBytes() {
        long[] synthetic = new long[bytes.length];
        Arrays.setAll(
                synthetic,
                key -> 1 + Long.remainderUnsigned(mix(key * 2L + 1), MAX_SYNTHETIC_BYTES));
        return with(synthetic, costs);
    }

    /// The same requests, where costs are 1, 10 or 100 by another hash of the key.
    public Trace withSyntheticCosts() {
        long[] choice = {1, 10, 100};
        long[] synthetic = new long[costs.length];
        Arrays.setAll(synthetic, key -> choice[(int) Long.remainderUnsigned(mix(key * 2L + 2), 3)]);
        return with(bytes, synthetic);
    }

    private Trace with(long[] newBytes, long[] newCosts) {
        return new Trace(name, requests, newBytes, newCosts);
    }

    private long[] filled(long value) {
        long[] all = new long[bytes.length];
        Arrays.fill(all, value);
        return all;
    }

    /// The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, *Fast Splittable Pseudorandom Number
    /// Generators*, OOPSLA 2014).
    private static long mix(long seed) {
        long z = seed * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
