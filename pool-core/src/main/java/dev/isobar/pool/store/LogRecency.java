package dev.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// When a log's records were last used, as a file `USED` beside its segments, written at a clean end.
/// Without it, and for records that are newer, the time of writing counts. Numbers lowest byte first:
///
/// ```
/// magic "ISOUSED1" | saved at, epoch millis i64 | rows u32
/// row: place in the log's order u64 | idle millis i64, its complement if not found since it was written
/// CRC32C of everything before it u32
/// ```
///
/// A file that is left from an earlier end does no harm: places are never given twice.
final class LogRecency {

    private static final byte[] MAGIC = "ISOUSED1".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = MAGIC.length + Long.BYTES + Integer.BYTES;
    private static final int ROW_BYTES = 2 * Long.BYTES;

    private LogRecency() {}

    static Path file(Path folder) {
        return folder.resolve("USED");
    }

    static ByteBuffer encode(LogIndex index, long nowNanos, long nowMillis) {
        var all = index.all();
        ByteBuffer bytes =
                ByteBuffer.allocate(
                                Math.addExact(
                                        FIXED_BYTES + Integer.BYTES,
                                        Math.multiplyExact(all.size(), ROW_BYTES)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putLong(nowMillis).putInt(all.size());
        for (Map.Entry<Fingerprint, Spot> each : all) {
            Spot spot = each.getValue();
            long idle = Duration.ofNanos(Math.max(0, nowNanos - spot.usedAtNanos())).toMillis();
            bytes.putLong(spot.sequence()).putLong(spot.used() ? idle : ~idle);
        }
        return bytes.putInt(crc(bytes.array(), bytes.position())).flip();
    }

    /// Makes records as old as they were; changes nothing if the bytes are no such file.
    static void apply(byte[] file, LogIndex index, long nowNanos, long nowMillis) {
        int rows = (file.length - FIXED_BYTES - Integer.BYTES) / ROW_BYTES;
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (rows <= 0
                || !Arrays.equals(MAGIC, Arrays.copyOf(file, MAGIC.length))
                || bytes.getInt(MAGIC.length + Long.BYTES) != rows
                || bytes.getInt(file.length - Integer.BYTES)
                        != crc(file, file.length - Integer.BYTES)) {
            return;
        }
        long sinceSaved = Ages.nanos(bytes.getLong(MAGIC.length), nowMillis);
        Map<Long, Long> idle = HashMap.newHashMap(rows);
        bytes.position(FIXED_BYTES);
        for (int i = 0; i < rows; i++) {
            idle.put(bytes.getLong(), bytes.getLong());
        }
        for (Map.Entry<Fingerprint, Spot> each : index.all()) {
            Long row = idle.get(each.getValue().sequence());
            if (row != null) {
                long millis = row < 0 ? ~row : row;
                long age = Math.min(sinceSaved + Ages.nanos(0, millis), Ages.LONGEST_NANOS);
                each.getValue().wasUsed(nowNanos - age, row >= 0);
            }
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
