package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A hash table whose nodes are the entries themselves: a look-up has one object less to fetch than in
/// a general map, and an entry costs no node.
///
/// It has 32 segments, each a table of chains with a lock for those who change it. Readers take no lock:
/// they walk a chain whose links are volatile. A removed entry keeps its link, so whoever stands on it
/// finds on. When a table grows, links change under readers: one may be led to the end of another chain,
/// and miss an entry, but not find a wrong one. So the old table is taken out before, and whoever has
/// found nothing looks whether his table is still in: if not, he looks again under the lock.
///
/// Newcomers go to the end of a chain: what has been there for long is mostly asked for more often than
/// what has just come in, and each entry in front of the one that is asked for may cost a cache miss.
///
/// *Safe for several threads*, and linearizable. Growing stops the writers of one segment, and those of
/// its readers who find nothing.
@SuppressWarnings("ReferenceEquality") // this very table; this very key before an equal one
final class EntryMap<K, V> {

    private static final int SEGMENT_BITS = 5;
    private static final int FIRST_BUCKETS = 5;
    private static final int MOST_BUCKETS = 1 << 30;
    private static final VarHandle BUCKET = MethodHandles.arrayElementVarHandle(Entry[].class);
    private static final VarHandle TABLE = MethodHandles.arrayElementVarHandle(Entry[][].class);

    @SuppressWarnings("rawtypes")
    private final Entry[][] tables = new Entry[1 << SEGMENT_BITS][FIRST_BUCKETS];

    private final Segment[] segments = new Segment[1 << SEGMENT_BITS];

    EntryMap() {
        Arrays.setAll(segments, _ -> new Segment());
    }

    /// The lock of those who change a segment, and how many entries it has.
    private static final class Segment extends Apart {
        private volatile int size;
    }

    /// @param hash the key's, by [Entry#hashOf]
    @Nullable Entry<K, V> get(K key, int hash) {
        int at = segmentOf(hash);
        Entry<K, V>[] table = table(at);
        if (table != null) {
            Entry<K, V> found = find(table, key, hash);
            if (found != null || table(at) == table) {
                return found;
            }
        }
        return getLocked(at, key, hash);
    }

    /// Apart from [#get], so that the compiler finds that small enough to inline everywhere.
    private @Nullable Entry<K, V> getLocked(int at, K key, int hash) {
        synchronized (segments[at]) {
            return find(lockedTable(at), key, hash);
        }
    }

    /// Puts an entry in.
    ///
    /// @return the one that it has replaced
    @Nullable Entry<K, V> put(Entry<K, V> entry) {
        return put(entry, true);
    }

    /// Puts an entry in, unless there is one with its key.
    ///
    /// @return that one
    @Nullable Entry<K, V> putIfAbsent(Entry<K, V> entry) {
        return put(entry, false);
    }

    private @Nullable Entry<K, V> put(Entry<K, V> entry, boolean replace) {
        int at = segmentOf(entry.hash);
        Segment segment = segments[at];
        synchronized (segment) {
            Entry<K, V>[] table = lockedTable(at);
            Entry<K, V> present = find(table, entry.key, entry.hash);
            if (present == null) {
                table = withRoom(at, table, segment.size);
                append(table, entry);
                segment.size++;
            } else if (replace) {
                entry.next(present.next());
                relink(table, present, entry);
            }
            return present;
        }
    }

    /// Takes out this very entry.
    ///
    /// @return false if it was not there
    boolean remove(Entry<K, V> entry) {
        int at = segmentOf(entry.hash);
        Segment segment = segments[at];
        synchronized (segment) {
            boolean removed = relink(lockedTable(at), entry, entry.next());
            if (removed) {
                segment.size--;
            }
            return removed;
        }
    }

    long size() {
        long size = 0;
        for (Segment segment : segments) {
            size += segment.size;
        }
        return size;
    }

    /// Entries that are there all the while come exactly once; others may come or not.
    List<Entry<K, V>> entries() {
        List<Entry<K, V>> all = new ArrayList<>();
        for (int at = 0; at < segments.length; at++) {
            if (segments[at].size > 0) {
                addAll(at, all);
            }
        }
        return all;
    }

    private void addAll(int at, List<Entry<K, V>> all) {
        synchronized (segments[at]) {
            Entry<K, V>[] table = lockedTable(at);
            for (int i = 0; i < table.length; i++) {
                for (Entry<K, V> entry = first(table, i); entry != null; entry = entry.next()) {
                    all.add(entry);
                }
            }
        }
    }

    private static int segmentOf(int hash) {
        return hash >>> (Integer.SIZE - SEGMENT_BITS);
    }

    /// A table may have any length: what the hash has below the segment is a fraction of it.
    private static int bucketOf(Entry<?, ?>[] table, int hash) {
        long fraction = Integer.toUnsignedLong(hash << SEGMENT_BITS);
        return (int) ((fraction * table.length) >>> Integer.SIZE);
    }

    /// The table of a segment; null while it grows.
    @SuppressWarnings("unchecked")
    private Entry<K, V> @Nullable [] table(int at) {
        return (Entry<K, V>[]) TABLE.getVolatile(tables, at);
    }

    /// The same, under the lock: nothing grows.
    @SuppressWarnings("unchecked")
    private Entry<K, V>[] lockedTable(int at) {
        return (Entry<K, V>[]) tables[at];
    }

    @SuppressWarnings("unchecked")
    private static <K, V> @Nullable Entry<K, V> first(Entry<K, V>[] table, int bucket) {
        return (Entry<K, V>) BUCKET.getVolatile(table, bucket);
    }

    private static <K, V> @Nullable Entry<K, V> find(Entry<K, V>[] table, K key, int hash) {
        Entry<K, V> entry = first(table, bucketOf(table, hash));
        while (entry != null) {
            if (entry.hash == hash && (entry.key == key || key.equals(entry.key))) {
                return entry;
            }
            entry = entry.next();
        }
        return null;
    }

    // What follows is called under the lock.

    /// Lets what leads to an entry lead to another.
    ///
    /// @return false if the entry is not there
    private static <K, V> boolean relink(
            Entry<K, V>[] table, Entry<K, V> entry, @Nullable Entry<K, V> to) {
        int bucket = bucketOf(table, entry.hash);
        Entry<K, V> at = first(table, bucket);
        if (at == entry) {
            BUCKET.setVolatile(table, bucket, to);
            return true;
        }
        while (at != null) {
            Entry<K, V> next = at.next();
            if (next == entry) {
                at.next(to);
                return true;
            }
            at = next;
        }
        return false;
    }

    private static <K, V> void append(Entry<K, V>[] table, Entry<K, V> entry) {
        int bucket = bucketOf(table, entry.hash);
        Entry<K, V> at = first(table, bucket);
        if (at == null) {
            BUCKET.setVolatile(table, bucket, entry);
            return;
        }
        for (Entry<K, V> next = at.next(); next != null; next = at.next()) {
            at = next;
        }
        at.next(entry);
    }

    private Entry<K, V>[] withRoom(int at, Entry<K, V>[] table, int size) {
        if (size < table.length - table.length / 4 || table.length > MOST_BUCKETS) {
            return table;
        }
        TABLE.setVolatile(tables, at, null);
        Entry<K, V>[] wide = grown(table);
        TABLE.setVolatile(tables, at, wide);
        return wide;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K, V> Entry<K, V>[] grown(Entry<K, V>[] table) {
        Entry<K, V>[] wide = new Entry[table.length + table.length / 2];
        for (int i = 0; i < table.length; i++) {
            Entry<K, V> entry =
                    reversed(first(table, i)); // each goes in front, so the first comes last
            while (entry != null) {
                Entry<K, V> next = entry.next();
                int bucket = bucketOf(wide, entry.hash);
                entry.next(first(wide, bucket));
                BUCKET.setVolatile(wide, bucket, entry);
                entry = next;
            }
        }
        return wide;
    }

    private static <K, V> @Nullable Entry<K, V> reversed(@Nullable Entry<K, V> chain) {
        Entry<K, V> reversed = null;
        Entry<K, V> entry = chain;
        while (entry != null) {
            Entry<K, V> next = entry.next();
            entry.next(reversed);
            reversed = entry;
            entry = next;
        }
        return reversed;
    }
}
