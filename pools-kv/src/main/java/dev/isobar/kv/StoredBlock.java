package dev.isobar.kv;

import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.StoreCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A block on its way to the disk, or back.
///
/// @param tokenSum a sum over its tokens, 0 if they are not known
/// @param bytes its bytes, all of them; to be copied at once
record StoredBlock(int tokenSum, MemorySegment bytes) {

    /// How it lies on the disk: `u32` layout, `i32` sum over the tokens, `u64` length, then the bytes, as they
    /// lay in memory. Little-endian.
    static final class Codec implements StoreCodec<Fingerprint, StoredBlock> {

        /// Before the bytes: {@value}.
        static final int HEADER_BYTES = 16;

        private static final int LAYOUT = 1;
        private static final ValueLayout.OfInt INT =
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfLong LONG =
                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final int SUM_AT = 4;
        private static final int LENGTH_AT = 8;

        private final long blockBytes;

        Codec(long blockBytes) {
            this.blockBytes = blockBytes;
        }

        @Override
        public Fingerprint fingerprint(Fingerprint key) {
            return key;
        }

        @Override
        public Fingerprint key(Fingerprint fingerprint) {
            return fingerprint;
        }

        @Override
        public int bytes(StoredBlock block) {
            return recordBytes();
        }

        /// What every block takes.
        int recordBytes() {
            return Math.toIntExact(HEADER_BYTES + blockBytes);
        }

        @Override
        public void encode(StoredBlock block, MemorySegment into) {
            into.set(INT, 0, LAYOUT);
            into.set(INT, SUM_AT, block.tokenSum);
            into.set(LONG, LENGTH_AT, blockBytes);
            into.asSlice(HEADER_BYTES).copyFrom(block.bytes);
        }

        @Override
        public @Nullable StoredBlock decode(Fingerprint key, MemorySegment payload) {
            boolean ours =
                    payload.byteSize() == HEADER_BYTES + blockBytes
                            && payload.get(INT, 0) == LAYOUT
                            && payload.get(LONG, LENGTH_AT) == blockBytes;
            return ours
                    ? new StoredBlock(payload.get(INT, SUM_AT), payload.asSlice(HEADER_BYTES))
                    : null;
        }
    }
}
