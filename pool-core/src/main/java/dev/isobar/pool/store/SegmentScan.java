package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads a segment's records from one place on, in large pieces. Where a record's header is damaged, the
/// next one that is good is looked for: the salt of the segment makes sure that it is one.
final class SegmentScan {

    private static final int WINDOW_BYTES = 1 << 20;
    private static final int STEP_BYTES = 8;

    private final Segment segment;
    private final long endBytes;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowAt;

    /// @param endBytes where to stop: the segment's length
    SegmentScan(Segment segment, long endBytes) {
        this.segment = segment;
        this.endBytes = endBytes;
    }

    /// Is told of each record.
    interface Visitor {
        /// A record, in the order of the file.
        ///
        /// @param whole whether the payload's checksum is good; true if it was not looked at
        void record(LogRecord record, long offset, boolean whole) throws IOException;

        /// No record begins at a place, but another does later.
        default void gap(long offset) {}
    }

    /// Reads on until the end, or to the first place behind which no record begins.
    ///
    /// @param payloadsToo whether to look at the checksums of payloads
    /// @return where it stopped
    long from(long offset, boolean payloadsToo, Visitor visitor) throws IOException {
        long at = offset;
        while (true) {
            LogRecord record = header(at);
            if (record == null) {
                long next = next(at);
                if (next < 0) {
                    return at;
                }
                visitor.gap(at);
                at = next;
            } else {
                boolean whole = !payloadsToo || crc(record, at) == record.payloadCrc();
                visitor.record(record, at, whole);
                at += record.bytes();
            }
        }
    }

    /// Where the next record begins behind a place where none does; -1 if there is none.
    private long next(long at) throws IOException {
        for (long next = at + STEP_BYTES;
                next + LogRecord.HEADER_BYTES <= endBytes;
                next += STEP_BYTES) {
            if (header(next) != null) {
                return next;
            }
        }
        return -1;
    }

    /// The record that begins at a place and ends before the segment does; null if there is none.
    private @Nullable LogRecord header(long at) throws IOException {
        if (at + LogRecord.HEADER_BYTES > endBytes) {
            return null;
        }
        int start = show(at, LogRecord.HEADER_BYTES);
        LogRecord record = start < 0 ? null : LogRecord.decode(window, start, segment.salt());
        return record == null || at + record.bytes() > endBytes ? null : record;
    }

    private int crc(LogRecord record, long at) throws IOException {
        CRC32C crc = new CRC32C();
        long from = at + LogRecord.HEADER_BYTES;
        long end = from + record.payloadBytes();
        while (from < end) {
            int count = (int) Math.min(WINDOW_BYTES / 2, end - from);
            int start = show(from, count);
            if (start < 0) {
                return ~record.payloadCrc();
            }
            crc.update(window.slice(start, count));
            from += count;
        }
        return (int) crc.getValue();
    }

    /// Has some bytes of the file in the window.
    ///
    /// @return where in the window they begin; -1 if the file ends before
    private int show(long at, int count) throws IOException {
        if (at < windowAt || at + count > windowAt + window.limit()) {
            window.clear().limit((int) Math.min(WINDOW_BYTES, Math.max(count, endBytes - at)));
            windowAt = at;
            int read = segment.file().read(window, at);
            window.position(0).limit(read);
        }
        return at + count <= windowAt + window.limit() ? (int) (at - windowAt) : -1;
    }
}
