package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static dev.isobar.pool.store.StoreFixture.run;
import static dev.isobar.pool.store.StoreFixture.written;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// The files, byte by byte: other versions have to read what this one writes.
class StoreFormatTest {

    private static final Fingerprint KEY = key("k");

    private final StoreFixture fixture = new StoreFixture();

    @Test
    void entry_isByteForByteTheFormat() {
        try (WarmStore store = fixture.open()) {
            EntryWrite what = run("r", Role.LAST).withScore(1.5).withIteration(7).withSchema(3);
            written(store.put(KEY, what, bytes("payload")));
        }
        ByteBuffer wanted = zeros(128 + 7).put("ISOWARM1".getBytes(US_ASCII));
        wanted.putShort((short) 1).putShort((short) 128).putInt(1 | 2 | 4);
        wanted.put(KEY.bytes()).putLong(1).putLong(2); // the producer
        wanted.putLong(fixture.clocks.millis()).putLong(1); // the generation
        wanted.putDouble(1.5).putLong(7);
        wanted.putLong(7).putInt(crc("payload".getBytes(US_ASCII), 7)).putInt(0).putInt(3);
        wanted.putInt(124, crc(wanted.array(), 124))
                .position(128)
                .put("payload".getBytes(US_ASCII));
        assertThat(fixture.files.content(fixture.file(KEY, "r.last"))).isEqualTo(wanted.array());
    }

    /// The salt of the segment is by chance, and goes into each header's checksum.
    @Test
    void log_isByteForByteTheFormat() {
        try (WarmStore store = fixture.open()) {
            written(store.log("log").put(KEY, bytes("value"), Durability.DATA));
            written(store.log("log").remove(KEY, Durability.DATA));
        }
        Path path = new StorePaths(ROOT).segments().resolve("log").resolve("0000000000000001.seg");
        byte[] found = fixture.files.content(path);
        long salt = ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN).getLong(16);
        ByteBuffer wanted = zeros(32 + 72 + 64).put("ISOSEGM1".getBytes(US_ASCII));
        wanted.putLong(1).putLong(salt).putInt(0).putInt(crc(wanted.array(), 28));
        record(wanted, salt, 0x4C4F4700, 1, "value");
        record(wanted, salt, 0x4C4F4701, 2, "");
        assertThat(found).isEqualTo(wanted.array());
    }

    private void record(ByteBuffer into, long salt, int mark, long sequence, String payload) {
        ByteBuffer header = zeros(64 + 8).putInt(mark).putInt(payload.length()).putLong(sequence);
        header.put(KEY.bytes()).putLong(fixture.clocks.millis());
        header.putInt(crc(payload.getBytes(US_ASCII), payload.length()));
        header.putLong(salt); // in the place of the checksum, for the checksum
        byte[] salted = header.array().clone();
        header.putInt(60, crc(salted, 68)).putInt(64, 0);
        into.put(header.array(), 0, 64).put(payload.getBytes(US_ASCII));
        into.position((into.position() + 7) / 8 * 8);
    }

    private static ByteBuffer zeros(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
