package dev.isobar.pool.store;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The index as a file: `CLEAN` when a store has ended well, `ACCESS` from time to time, of which
/// only the ages are used. Numbers lowest byte first:
///
/// ```
/// magic "ISOINDEX" | generation u64 | saved at, epoch millis i64 | rows u32
/// row: run length u8 | run | role u8 | idle millis i64 | 128 bytes of header
/// CRC32C of everything before it u32
/// ```
///
/// @param generation the highest generation that was given away
/// @param savedAtMillis the wall clock when it was made
/// @param rows one for each entry
record IndexSnapshot(long generation, long savedAtMillis, List<Row> rows) {

    private static final byte[] MAGIC = "ISOINDEX".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = MAGIC.length + 2 * Long.BYTES + Integer.BYTES;
    private static final int LEAST_ROW_BYTES = 3 + Long.BYTES + EntryHeader.BYTES;

    /// An entry.
    ///
    /// @param info what its file says
    /// @param idleMillis how long it had not been used
    record Row(EntryInfo info, long idleMillis) {
        Row {
            Objects.requireNonNull(info, "info");
        }

        EntryName name() {
            return new EntryName(info.key(), info.run(), info.role());
        }
    }

    IndexSnapshot {
        rows = List.copyOf(rows);
    }

    ByteBuffer encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(FIXED_BYTES);
        ByteBuffer fixed = ByteBuffer.allocate(FIXED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fixed.put(MAGIC).putLong(generation).putLong(savedAtMillis).putInt(rows.size());
        out.writeBytes(fixed.array());
        for (Row row : rows) {
            write(row, out);
        }
        byte[] body = out.toByteArray();
        return ByteBuffer.allocate(body.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(body)
                .putInt(crc(body, body.length))
                .flip();
    }

    private static void write(Row row, ByteArrayOutputStream out) {
        byte[] run = row.info.run().getBytes(StandardCharsets.US_ASCII);
        out.write(run.length);
        out.writeBytes(run);
        out.write(row.info.role().code());
        out.writeBytes(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(row.idleMillis)
                        .array());
        out.writeBytes(new EntryHeader(row.info, 0).encode().array());
    }

    /// Reads a snapshot; empty if the bytes are none, whole and unchanged.
    static Optional<IndexSnapshot> decode(byte[] file) {
        int body = file.length - Integer.BYTES;
        if (body < FIXED_BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(file, MAGIC.length))) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(body) != crc(file, body)) {
            return Optional.empty();
        }
        try {
            return decode(bytes.limit(body).position(MAGIC.length));
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<IndexSnapshot> decode(ByteBuffer bytes) {
        long generation = bytes.getLong();
        long savedAt = bytes.getLong();
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / LEAST_ROW_BYTES) {
            return Optional.empty();
        }
        List<Row> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Optional<Row> row = row(bytes);
            if (row.isEmpty()) {
                return Optional.empty();
            }
            rows.add(row.get());
        }
        return Optional.of(new IndexSnapshot(generation, savedAt, rows));
    }

    private static Optional<Row> row(ByteBuffer bytes) {
        byte[] run = new byte[Byte.toUnsignedInt(bytes.get())];
        bytes.get(run);
        Optional<Role> role = Role.of(bytes.get());
        long idle = bytes.getLong();
        ByteBuffer header = bytes.slice(bytes.position(), EntryHeader.BYTES);
        bytes.position(bytes.position() + EntryHeader.BYTES);
        if (role.isEmpty()) {
            return Optional.empty();
        }
        Fingerprint key = Fingerprint.from(header.duplicate().position(16));
        EntryName name = new EntryName(key, new String(run, StandardCharsets.US_ASCII), role.get());
        long payload = header.order(ByteOrder.LITTLE_ENDIAN).getLong(96);
        return EntryWrite.isRun(name.run())
                        && EntryHeader.decode(header, name, payload + EntryHeader.BYTES)
                                instanceof EntryHeader.Reading.Good(EntryHeader good)
                ? Optional.of(new Row(good.info(), Math.max(0, idle)))
                : Optional.empty();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
