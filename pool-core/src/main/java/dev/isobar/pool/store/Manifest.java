package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Which values of a log were worth most to their pool: fingerprints, the best first. It is an entry of
/// the store, written after the values it names; it says nothing about them but their order.
final class Manifest {

    private static final int LAYOUT = 1;

    private Manifest() {}

    /// The last one; empty if there is none, or none that this version can read.
    static List<Fingerprint> read(WarmStore store, String log) {
        return store.latest(key(log)).map(each -> decode(each.payload())).orElse(List.of());
    }

    static WriteOutcome write(WarmStore store, String log, List<Fingerprint> best) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(best.size(), Fingerprint.BYTES));
        best.forEach(each -> bytes.put(each.bytes()));
        return store.put(key(log), EntryWrite.value(), MemorySegment.ofArray(bytes.array()));
    }

    private static List<Fingerprint> decode(MemorySegment payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload.toArray(ValueLayout.JAVA_BYTE));
        if (bytes.capacity() % Fingerprint.BYTES != 0) {
            return List.of();
        }
        List<Fingerprint> best = new ArrayList<>(bytes.capacity() / Fingerprint.BYTES);
        while (bytes.hasRemaining()) {
            best.add(Fingerprint.from(bytes));
        }
        return best;
    }

    private static Fingerprint key(String log) {
        return new Fingerprinter()
                .tag("isobar/pool-manifest")
                .number("layout", LAYOUT)
                .text("log", log)
                .finish();
    }
}
