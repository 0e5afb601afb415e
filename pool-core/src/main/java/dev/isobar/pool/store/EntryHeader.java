package dev.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// The first 128 bytes of an entry's file, numbers lowest byte first:
///
/// ```
///   0  magic "ISOWARM1"     8  version u16      10  header length u16   12  flags u32
///  16  key 32              48  producer 16      64  epoch millis i64    72  generation u64
///  80  score f64           88  iteration u64    96  payload length u64 104  payload CRC32C u32
/// 108  chunk length u32, 0: one checksum       112  payload's schema u32
/// 116  zero                                    124  CRC32C of bytes 0 to 123
/// ```
///
/// The file is exactly this long and the payload. Flags: 1 has a score, 2 has an iteration, 4 and 8 the
/// [Role].
///
/// @param info what the file says of itself
/// @param payloadCrc the payload's CRC32C
record EntryHeader(EntryInfo info, int payloadCrc) {

    static final int BYTES = 128;

    private static final byte[] MAGIC = "ISOWARM1".getBytes(StandardCharsets.US_ASCII);
    private static final short VERSION = 1;
    private static final int HAS_SCORE = 1;
    private static final int HAS_ITERATION = 2;
    private static final int ROLE_SHIFT = 2;
    private static final int ROLE_MASK = 3;
    private static final int KNOWN_FLAGS = 15;
    private static final int CRC_AT = 124;

    /// What 128 bytes turned out to be.
    sealed interface Reading {
        /// A header of ours, its checksum good.
        record Good(EntryHeader header) implements Reading {}

        /// Written by a later version: left alone.
        record Foreign(String reason) implements Reading {}

        /// Damaged.
        record Bad(String reason) implements Reading {}
    }

    EntryHeader {
        Objects.requireNonNull(info, "info");
    }

    /// The bytes, ready to be written.
    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putShort(VERSION).putShort((short) BYTES).putInt(flags());
        info.key().writeTo(bytes);
        bytes.putLong(info.producer().high()).putLong(info.producer().low());
        bytes.putLong(info.writtenAt().toEpochMilli()).putLong(info.generation());
        bytes.putDouble(info.score().orElse(0)).putLong(info.iteration().orElse(0));
        bytes.putLong(info.payloadBytes()).putInt(payloadCrc).putInt(0).putInt(info.schema());
        bytes.putInt(CRC_AT, crc(bytes));
        return bytes.position(0).limit(BYTES);
    }

    /// Reads a header.
    ///
    /// @param bytes 128 bytes
    /// @param name the file that they are from
    /// @param fileBytes how long that is
    static Reading decode(ByteBuffer bytes, EntryName name, long fileBytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN).position(0);
        if (bytes.limit() < BYTES) {
            return new Reading.Bad("%d bytes, less than a header".formatted(bytes.limit()));
        }
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        short version = bytes.getShort();
        if (!Arrays.equals(magic, MAGIC)) {
            return new Reading.Bad("no header of an entry");
        }
        if (bytes.getInt(CRC_AT) != crc(bytes)) {
            return new Reading.Bad("the header's checksum is wrong");
        }
        return Short.toUnsignedInt(version) > VERSION
                ? new Reading.Foreign("version " + version)
                : decode(bytes, version, name, fileBytes);
    }

    private static Reading decode(ByteBuffer bytes, short version, EntryName name, long fileBytes) {
        int headerBytes = bytes.getShort();
        int flags = bytes.getInt();
        int chunk = bytes.getInt(108);
        if ((flags & ~KNOWN_FLAGS) != 0 || chunk != 0 || headerBytes != BYTES) {
            return new Reading.Foreign(
                    "flags %x, chunks of %d, header of %d".formatted(flags, chunk, headerBytes));
        }
        Optional<Role> role = Role.of(flags >> ROLE_SHIFT & ROLE_MASK);
        if (version < 1 || role.isEmpty()) {
            return new Reading.Bad("version %d, flags %x".formatted(version, flags));
        }
        return decode(bytes, flags, role.get(), name, fileBytes);
    }

    private static Reading decode(
            ByteBuffer bytes, int flags, Role role, EntryName name, long fileBytes) {
        Fingerprint key = Fingerprint.from(bytes);
        Producer producer = new Producer(bytes.getLong(), bytes.getLong());
        long millis = bytes.getLong();
        long generation = bytes.getLong();
        double score = bytes.getDouble();
        long iteration = bytes.getLong();
        long payloadBytes = bytes.getLong();
        int payloadCrc = bytes.getInt();
        bytes.getInt();
        if (!key.equals(name.key()) || role != name.role()) {
            return new Reading.Bad("another entry's header: %s, %s".formatted(key.hex(), role));
        }
        if (payloadBytes < 0 || payloadBytes != fileBytes - BYTES || generation < 1) {
            return new Reading.Bad(
                    "%d bytes, but the header wants %d and %d"
                            .formatted(fileBytes, BYTES, payloadBytes));
        }
        boolean scored = (flags & HAS_SCORE) != 0 && Double.isFinite(score);
        EntryInfo info =
                new EntryInfo(
                        key,
                        name.run(),
                        role,
                        scored ? OptionalDouble.of(score) : OptionalDouble.empty(),
                        (flags & HAS_ITERATION) != 0
                                ? OptionalLong.of(iteration)
                                : OptionalLong.empty(),
                        bytes.getInt(),
                        producer,
                        generation,
                        Instant.ofEpochMilli(millis),
                        payloadBytes,
                        fileBytes);
        return new Reading.Good(new EntryHeader(info, payloadCrc));
    }

    private int flags() {
        return (info.score().isPresent() ? HAS_SCORE : 0)
                | (info.iteration().isPresent() ? HAS_ITERATION : 0)
                | info.role().code() << ROLE_SHIFT;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CRC_AT));
        return (int) crc.getValue();
    }
}
