package dev.isobar.memory;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which parts of a file are free. Neighbouring free parts become one.
///
/// *Guarded by caller.*
final class FileRegions {

    private final NavigableMap<Long, Long> freeBytesByOffset = new TreeMap<>();
    private long endBytes;

    /// @param beginBytes what is never handed out
    FileRegions(long beginBytes) {
        endBytes = beginBytes;
    }

    /// How long the file has to be.
    long endBytes() {
        return endBytes;
    }

    /// The offset of a part of the file: the first free one that is large enough, else a new one at
    /// the end.
    long take(long bytes) {
        Map.Entry<Long, Long> free = firstOf(bytes);
        if (free != null) {
            freeBytesByOffset.remove(free.getKey());
            if (free.getValue() > bytes) {
                freeBytesByOffset.put(free.getKey() + bytes, free.getValue() - bytes);
            }
            return free.getKey();
        }
        long offset = endBytes;
        endBytes += bytes;
        return offset;
    }

    private Map.@Nullable Entry<Long, Long> firstOf(long bytes) {
        for (Map.Entry<Long, Long> free : freeBytesByOffset.entrySet()) {
            if (free.getValue() >= bytes) {
                return free;
            }
        }
        return null;
    }

    /// Takes a part back. If it is the last of the file, [#endBytes()] falls.
    void give(long offset, long bytes) {
        long begin = offset;
        long size = bytes;
        Map.Entry<Long, Long> before = freeBytesByOffset.lowerEntry(begin);
        if (before != null && before.getKey() + before.getValue() == begin) {
            begin = before.getKey();
            size += before.getValue();
        }
        Long after = freeBytesByOffset.remove(offset + bytes);
        if (after != null) {
            size += after;
        }
        if (begin + size == endBytes) {
            freeBytesByOffset.remove(begin);
            endBytes = begin;
        } else {
            freeBytesByOffset.put(begin, size);
        }
    }
}
