package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/// A file of a log, open: 32 bytes (magic "ISOSEGM1", number u64, salt u64, zero u32, CRC32C of
/// bytes 0 to 27 u32), then records.
///
/// The counts are changed by the store's thread alone.
final class Segment {

    static final int HEADER_BYTES = 32;

    private static final byte[] MAGIC = "ISOSEGM1".getBytes(StandardCharsets.US_ASCII);
    private static final String SUFFIX = ".seg";
    private static final int NUMBER_DIGITS = 16;
    private static final int CRC_AT = 28;

    private final Path path;
    private final long number;
    private final long salt;
    private final StoreFiles.OpenFile file;
    private volatile long bytes;
    private volatile long liveBytes;
    private volatile boolean damaged;

    Segment(Path path, long number, long salt, StoreFiles.OpenFile file, long bytes) {
        this.path = path;
        this.number = number;
        this.salt = salt;
        this.file = file;
        this.bytes = bytes;
    }

    static String name(long number) {
        return "%016x%s".formatted(number, SUFFIX);
    }

    /// The number in a file's name; empty if it is no segment's.
    static Optional<Long> number(String name) {
        if (name.length() != NUMBER_DIGITS + SUFFIX.length() || !name.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        try {
            long number = Long.parseUnsignedLong(name.substring(0, NUMBER_DIGITS), 16);
            return number > 0 ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    static ByteBuffer header(long number, long salt) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putLong(number).putLong(salt).putInt(0);
        return bytes.putInt(crc(bytes)).flip();
    }

    /// Reads the salt of an open file; empty if it does not begin as a segment of that number.
    static Optional<Long> salt(StoreFiles.OpenFile file, long number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(bytes, 0) < HEADER_BYTES
                || bytes.getInt(CRC_AT) != crc(bytes)
                || bytes.slice(0, MAGIC.length).mismatch(ByteBuffer.wrap(MAGIC)) >= 0
                || bytes.getLong(MAGIC.length) != number) {
            return Optional.empty();
        }
        return Optional.of(bytes.getLong(MAGIC.length + Long.BYTES));
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CRC_AT));
        return (int) crc.getValue();
    }

    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    long salt() {
        return salt;
    }

    StoreFiles.OpenFile file() {
        return file;
    }

    /// How long it is, its header with it.
    long bytes() {
        return bytes;
    }

    void bytes(long to) {
        bytes = to;
    }

    /// How much of it is records that the index leads to.
    long liveBytes() {
        return liveBytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addLive(long by) {
        liveBytes += by;
    }

    /// Whether a part of it could not be read.
    boolean damaged() {
        return damaged;
    }

    void markDamaged() {
        damaged = true;
    }
}
