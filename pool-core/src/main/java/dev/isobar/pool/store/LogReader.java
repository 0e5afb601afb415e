package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads records that an index leads to. Takes no lock: a record that is moved meanwhile is looked for
/// again.
final class LogReader {

    private static final int ATTEMPTS = 4;

    private final LogIndex index;
    private final StoreConfig config;
    private final Suspects suspects;

    /// Is told of what could not be read.
    interface Suspects {
        /// The record there is not what was written.
        void damaged(Fingerprint key, Spot spot);

        /// The record has lived long enough.
        void expired(Fingerprint key, Spot spot);

        /// The file system failed.
        void failed(IOException cause);
    }

    LogReader(LogIndex index, StoreConfig config, Suspects suspects) {
        this.index = index;
        this.config = config;
        this.suspects = suspects;
    }

    /// The record of a key, unless it has lived long enough.
    @Nullable Spot find(Fingerprint key) {
        Spot spot = index.find(key);
        if (spot == null) {
            return null;
        }
        if (Janitor.expired(config, spot.usedAtNanos(), config.nanoClock().getAsLong())) {
            suspects.expired(key, spot);
            return null;
        }
        return spot;
    }

    byte @Nullable [] get(Fingerprint key) {
        return get(key, true);
    }

    /// The same, and the key is no younger for it.
    byte @Nullable [] peek(Fingerprint key) {
        return get(key, false);
    }

    private byte @Nullable [] get(Fingerprint key, boolean use) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Spot spot = find(key);
            if (spot == null) {
                return null;
            }
            byte[] record = new byte[LogRecord.HEADER_BYTES + spot.payloadBytes()];
            try {
                int count = spot.segment().file().read(ByteBuffer.wrap(record), spot.offset());
                if (count == record.length && whole(key, spot, record)) {
                    if (use) {
                        spot.use(config.nanoClock().getAsLong());
                    }
                    return Arrays.copyOfRange(record, LogRecord.HEADER_BYTES, record.length);
                }
                suspects.damaged(key, spot);
                return null;
            } catch (IOException e) {
                if (index.find(key) == spot) {
                    suspects.failed(e);
                    return null;
                }
            }
        }
        return null;
    }

    int read(Fingerprint key, MemorySegment into) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Spot spot = find(key);
            if (spot == null) {
                return -1;
            }
            requireRoom(key, spot, into);
            ByteBuffer payload = into.asSlice(0, spot.payloadBytes()).asByteBuffer();
            try {
                if (whole(key, spot, payload)) {
                    spot.use(config.nanoClock().getAsLong());
                    return spot.payloadBytes();
                }
                suspects.damaged(key, spot);
                return -1;
            } catch (IOException e) {
                if (index.find(key) == spot) {
                    suspects.failed(e);
                    return -1;
                }
            }
        }
        return -1;
    }

    private static void requireRoom(Fingerprint key, Spot spot, MemorySegment into) {
        if (into.byteSize() < spot.payloadBytes()) {
            throw new IllegalArgumentException(
                    "the value of %s has %d bytes, the target %d"
                            .formatted(key.hex(), spot.payloadBytes(), into.byteSize()));
        }
    }

    private static boolean whole(Fingerprint key, Spot spot, byte[] record) {
        LogRecord header = header(key, spot, ByteBuffer.wrap(record));
        if (header == null) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(record, LogRecord.HEADER_BYTES, spot.payloadBytes());
        return (int) crc.getValue() == header.payloadCrc();
    }

    private static boolean whole(Fingerprint key, Spot spot, ByteBuffer payload)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LogRecord.HEADER_BYTES);
        StoreFiles.OpenFile file = spot.segment().file();
        if (file.read(bytes, spot.offset()) < bytes.capacity()) {
            return false;
        }
        LogRecord header = header(key, spot, bytes);
        if (header == null
                || file.read(payload, spot.offset() + LogRecord.HEADER_BYTES)
                        < header.payloadBytes()) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(payload.flip());
        return (int) crc.getValue() == header.payloadCrc();
    }

    private static @Nullable LogRecord header(Fingerprint key, Spot spot, ByteBuffer bytes) {
        LogRecord header = LogRecord.decode(bytes, 0, spot.segment().salt());
        boolean same =
                header != null
                        && header.key().equals(key)
                        && header.sequence() == spot.sequence()
                        && header.payloadBytes() == spot.payloadBytes();
        return same ? header : null;
    }
}
