package dev.isobar.embedding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// How a vector's numbers are written into memory. Little-endian on every machine.
///
/// Measured errors are the largest change of the cosine of two random unit vectors; see
/// `docs/embedding.md`.
public enum VectorEncoding {
    /// 4 bytes for a number; exact.
    FLOAT32 {
        @Override
        public long bytes(int dimensions) {
            return (long) Float.BYTES * dimensions;
        }

        @Override
        public boolean holds(float[] vector) {
            return Magnitudes.of(vector).finite();
        }

        @Override
        void write(float[] vector, MemorySegment target) {
            MemorySegment.copy(vector, 0, target, FLOATS, 0, vector.length);
        }

        @Override
        void read(MemorySegment source, float[] vector) {
            MemorySegment.copy(source, FLOATS, 0, vector, 0, vector.length);
        }
    },

    /// 2 bytes for a number (IEEE 754 binary16): the cosine changes by less than 1e-4.
    FLOAT16 {
        @Override
        public long bytes(int dimensions) {
            return (long) Short.BYTES * dimensions;
        }

        /// Numbers beyond 65504 are infinite in half precision. Below about 6e-5 it loses digits,
        /// which matters only if the whole vector is that small.
        @Override
        public boolean holds(float[] vector) {
            Magnitudes magnitudes = Magnitudes.of(vector);
            return magnitudes.largest() <= LARGEST_FLOAT16
                    && (magnitudes.zero() || magnitudes.rootMeanSquare() >= SMALLEST_FLOAT16_RMS);
        }

        @Override
        void write(float[] vector, MemorySegment target) {
            for (int index = 0; index < vector.length; index++) {
                target.set(SHORTS, (long) Short.BYTES * index, Float.floatToFloat16(vector[index]));
            }
        }

        @Override
        void read(MemorySegment source, float[] vector) {
            for (int index = 0; index < vector.length; index++) {
                vector[index] =
                        Float.float16ToFloat(source.get(SHORTS, (long) Short.BYTES * index));
            }
        }
    },

    /// 1 byte for a number, and 4 for the vector's scale: the cosine changes by less than 2.5e-3.
    /// More where one number of a vector dwarfs all others, since they share the scale.
    INT8 {
        @Override
        public long bytes(int dimensions) {
            return Float.BYTES + (long) dimensions;
        }

        @Override
        public boolean holds(float[] vector) {
            Magnitudes magnitudes = Magnitudes.of(vector);
            return magnitudes.finite()
                    && (magnitudes.zero() || magnitudes.largest() / STEPS >= Float.MIN_NORMAL);
        }

        @Override
        void write(float[] vector, MemorySegment target) {
            float scale = Magnitudes.of(vector).largest() / STEPS;
            target.set(FLOATS, 0, scale);
            for (int index = 0; index < vector.length; index++) {
                int steps = scale == 0 ? 0 : Math.round(vector[index] / scale);
                target.set(
                        BYTES, Float.BYTES + (long) index, (byte) Math.clamp(steps, -STEPS, STEPS));
            }
        }

        @Override
        void read(MemorySegment source, float[] vector) {
            float scale = source.get(FLOATS, 0);
            for (int index = 0; index < vector.length; index++) {
                vector[index] = source.get(BYTES, Float.BYTES + (long) index) * scale;
            }
        }
    };

    private static final ValueLayout.OfFloat FLOATS =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORTS =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTES = ValueLayout.JAVA_BYTE;
    private static final float LARGEST_FLOAT16 = 65504f;
    private static final double SMALLEST_FLOAT16_RMS = 0x1p-11;
    private static final int STEPS = 127;

    /// What a vector takes, in bytes.
    ///
    /// @param dimensions the vector's length
    public abstract long bytes(int dimensions);

    /// Whether this encoding keeps the vector within its error: all numbers finite, and of a size it
    /// can tell apart. The zero vector always is. A vector that it does not hold is kept in
    /// [#FLOAT32], which holds every finite one.
    public abstract boolean holds(float[] vector);

    /// Writes a vector that [#holds] is true of.
    ///
    /// @param target at least [#bytes(int)] long
    /// @throws IndexOutOfBoundsException if it is shorter
    public void encode(float[] vector, MemorySegment target) {
        write(vector, requireRoom(target, vector.length));
    }

    /// Reads a vector that was written with this encoding.
    ///
    /// @param source at least [#bytes(int)] long
    /// @param dimensions the length of the vector that was written
    /// @return a new array
    /// @throws IndexOutOfBoundsException if `source` is shorter
    public float[] decode(MemorySegment source, int dimensions) {
        float[] vector = new float[dimensions];
        read(requireRoom(source, dimensions), vector);
        return vector;
    }

    abstract void write(float[] vector, MemorySegment target);

    abstract void read(MemorySegment source, float[] vector);

    private MemorySegment requireRoom(MemorySegment segment, int dimensions) {
        if (segment.byteSize() < bytes(dimensions)) {
            throw new IndexOutOfBoundsException(
                    "%d dimensions in %s take %d bytes, and there are %d"
                            .formatted(dimensions, this, bytes(dimensions), segment.byteSize()));
        }
        return segment;
    }
}
