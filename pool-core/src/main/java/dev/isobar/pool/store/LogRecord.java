package dev.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A record of a log: 64 bytes, then the payload, then zeros up to a multiple of 8. Numbers lowest
/// byte first:
///
/// ```
///  0  mark and flags u32    4  payload length u32    8  place in the log's order u64
/// 16  key 32               48  epoch millis i64     56  payload CRC32C u32
/// 60  CRC32C of bytes 0 to 59 and of the segment's salt u32
/// ```
///
/// The salt is drawn for each segment: a payload that looks like a record is not taken for one.
///
/// @param sequence its place in the order of the log's writes; at least 1
/// @param key under which it is stored
/// @param tombstone whether it says that the key is gone
/// @param writtenMillis the wall clock when it was written
/// @param payloadBytes how long the payload is
/// @param payloadCrc the payload's CRC32C
record LogRecord(
        long sequence,
        Fingerprint key,
        boolean tombstone,
        long writtenMillis,
        int payloadBytes,
        int payloadCrc) {

    static final int HEADER_BYTES = 64;

    private static final int MARK = 0x4C4F4700;
    private static final int TOMBSTONE = 1;
    private static final int ALIGNMENT = 8;
    private static final int CRC_AT = 60;

    /// A tombstone in the place of a record that cannot be read: what is older stays gone.
    LogRecord asTombstone() {
        return new LogRecord(sequence, key, true, writtenMillis, 0, 0);
    }

    /// How long a record is on disk.
    static long bytes(long payloadBytes) {
        return (HEADER_BYTES + payloadBytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /// How long it is on disk.
    long bytes() {
        return bytes(payloadBytes);
    }

    /// Writes the header at the beginning of a buffer that begins with the record.
    void encode(ByteBuffer record, long salt) {
        record.order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(0, MARK | (tombstone ? TOMBSTONE : 0));
        record.putInt(4, payloadBytes);
        record.putLong(8, sequence);
        key.writeTo(record.slice(16, Fingerprint.BYTES));
        record.putLong(48, writtenMillis);
        record.putInt(56, payloadCrc);
        record.putInt(CRC_AT, crc(record, 0, salt));
    }

    /// Reads a header; null if there is none that is whole and unchanged.
    static @Nullable LogRecord decode(ByteBuffer bytes, int at, long salt) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        int mark = bytes.getInt(at);
        int payloadBytes = bytes.getInt(at + 4);
        if ((mark & ~TOMBSTONE) != MARK
                || payloadBytes < 0
                || bytes.getInt(at + CRC_AT) != crc(bytes, at, salt)) {
            return null;
        }
        return new LogRecord(
                bytes.getLong(at + 8),
                Fingerprint.from(bytes.slice(at + 16, Fingerprint.BYTES)),
                (mark & TOMBSTONE) != 0,
                bytes.getLong(at + 48),
                payloadBytes,
                bytes.getInt(at + 56));
    }

    /// The salt is added at the end, byte by byte.
    private static int crc(ByteBuffer bytes, int at, long salt) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at, CRC_AT));
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (salt >>> shift));
        }
        return (int) crc.getValue();
    }
}
