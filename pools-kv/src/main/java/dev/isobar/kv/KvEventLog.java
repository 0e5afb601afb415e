package dev.isobar.kv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The last events of a pool, and a digest of all that it holds, kept up to date: the sum of the
/// digests, word by word, so that the order does not matter and a difference shows.
///
/// *Guarded by caller.*
final class KvEventLog {

    private final int kept;
    private final Deque<KvEvent> events = new ArrayDeque<>();
    private final long[] sum = new long[DigestChain.WORDS];
    private long last;

    /// @param kept how many events to keep; 0 for none at all
    KvEventLog(int kept) {
        this.kept = kept;
    }

    boolean enabled() {
        return kept > 0;
    }

    long last() {
        return last;
    }

    void add(LongFunction<KvEvent> event) {
        if (events.size() == kept) {
            events.removeFirst();
        }
        events.addLast(event.apply(++last));
    }

    /// Adds a digest to the sum, or takes it away.
    void count(BlockTable table, int block, int sign) {
        for (int word = 0; word < sum.length; word++) {
            sum[word] += sign * table.digest(block, word);
        }
    }

    void clear() {
        Arrays.fill(sum, 0);
    }

    String sum() {
        return hex(sum[0], sum[1], sum[2], sum[3]);
    }

    /// The events after a number, or null if some of them are gone.
    @Nullable List<KvEvent> after(long number) {
        if (number > last || last - number > events.size()) {
            return null;
        }
        List<KvEvent> after = new ArrayList<>();
        events.stream().filter(each -> each.number() > number).forEach(after::add);
        return after;
    }

    static String hex(BlockTable table, int block) {
        return hex(
                table.digest(block, 0),
                table.digest(block, 1),
                table.digest(block, 2),
                table.digest(block, 3));
    }

    static String hex(DigestChain chain, int at) {
        return hex(chain.word(at, 0), chain.word(at, 1), chain.word(at, 2), chain.word(at, 3));
    }

    private static String hex(long w0, long w1, long w2, long w3) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(w0)
                + hex.toHexDigits(w1)
                + hex.toHexDigits(w2)
                + hex.toHexDigits(w3);
    }
}
