package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorEncodingTest {

    private static final int PAIRS = 2000;

    private static float[] roundTrip(VectorEncoding encoding, float[] vector) {
        MemorySegment bytes =
                MemorySegment.ofArray(new byte[Math.toIntExact(encoding.bytes(vector.length))]);
        encoding.encode(vector, bytes);
        return encoding.decode(bytes, vector.length);
    }

    private static double cosine(float[] one, float[] other) {
        double dot = 0;
        double ones = 0;
        double others = 0;
        for (int index = 0; index < one.length; index++) {
            dot += (double) one[index] * other[index];
            ones += (double) one[index] * one[index];
            others += (double) other[index] * other[index];
        }
        return dot / Math.sqrt(ones * others);
    }

    /// The largest change of the cosine of two random unit vectors, both stored.
    static double largestCosineError(VectorEncoding encoding, int dimensions) {
        double largest = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            float[] one = FakeModel.unitVector(2L * pair, dimensions);
            float[] other = FakeModel.unitVector(2L * pair + 1, dimensions);
            double error =
                    cosine(roundTrip(encoding, one), roundTrip(encoding, other))
                            - cosine(one, other);
            largest = Math.max(largest, Math.abs(error));
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(ints = {384, 1024, 1536})
    void cosineError_staysBelowTheBoundOfTheEncoding(int dimensions) {
        assertThat(largestCosineError(VectorEncoding.FLOAT32, dimensions)).isZero();
        assertThat(largestCosineError(VectorEncoding.FLOAT16, dimensions)).isLessThan(1e-4);
        assertThat(largestCosineError(VectorEncoding.INT8, dimensions)).isLessThan(2.5e-3);
    }

    @Test
    void bytes_areFourTwoAndOneForANumber_andFourForAScale() {
        assertThat(VectorEncoding.FLOAT32.bytes(384)).isEqualTo(1536);
        assertThat(VectorEncoding.FLOAT16.bytes(384)).isEqualTo(768);
        assertThat(VectorEncoding.INT8.bytes(384)).isEqualTo(388);
        assertThat(VectorEncoding.FLOAT32.bytes(Integer.MAX_VALUE)).isEqualTo(8_589_934_588L);
    }

    @Property
    void float32_isExact(@ForAll float[] vector) {
        assertThat(roundTrip(VectorEncoding.FLOAT32, vector)).isEqualTo(vector);
    }

    @Property(tries = 200)
    void int8_isWithinHalfAStep(
            @ForAll @IntRange(min = 1, max = 300) int dimensions, @ForAll int seed) {
        float[] vector = FakeModel.unitVector(seed, dimensions);
        float[] back = roundTrip(VectorEncoding.INT8, vector);
        double halfAStep = Magnitudes.of(vector).largest() / 127 / 2;

        for (int index = 0; index < dimensions; index++) {
            assertThat((double) Math.abs(back[index] - vector[index]))
                    .isLessThanOrEqualTo(halfAStep * 1.0001);
        }
    }

    @ParameterizedTest
    @EnumSource
    void zeroVector_staysZero(VectorEncoding encoding) {
        float[] zero = new float[10];
        assertThat(encoding.holds(zero)).isTrue();
        assertThat(roundTrip(encoding, zero)).isEqualTo(zero);
    }

    @ParameterizedTest
    @EnumSource
    void extremes_surviveAtBothEnds(VectorEncoding encoding) {
        float[] vector = {1, -1, 0.5f, 0};
        float[] back = roundTrip(encoding, vector);

        assertThat(back[0]).isEqualTo(-back[1]).isCloseTo(1f, within(1e-6f));
        assertThat(back[3]).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void nanAndInfinity_areHeldByNoEncoding(VectorEncoding encoding) {
        for (float bad : List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
            assertThat(encoding.holds(new float[] {1, bad, 2})).isFalse();
        }
    }

    @Test
    void vectorsOutOfRange_areHeldByFloat32Only() {
        float[] large = {65_505f, 1};
        float[] huge = {Float.MAX_VALUE, -Float.MAX_VALUE};
        float[] small = {1e-7f, -1e-6f};
        float[] tiny = {Float.MIN_VALUE, 0};

        assertThat(List.of(large, huge, small, tiny)).allMatch(VectorEncoding.FLOAT32::holds);
        assertThat(List.of(large, huge, small, tiny)).noneMatch(VectorEncoding.FLOAT16::holds);
        assertThat(VectorEncoding.FLOAT16.holds(new float[] {65_504f, 1})).isTrue();
        assertThat(VectorEncoding.INT8.holds(large)).isTrue();
        assertThat(VectorEncoding.INT8.holds(small)).isTrue();
        assertThat(VectorEncoding.INT8.holds(tiny)).isFalse();
        assertThat(VectorEncoding.INT8.holds(huge)).as("127 steps overflow").isFalse();
        assertThat(roundTrip(VectorEncoding.INT8, new float[] {3.4e38f})[0]).isFinite();
    }

    @ParameterizedTest
    @EnumSource
    void segmentThatIsTooSmall_isRefused(VectorEncoding encoding) {
        float[] vector = {1, 2, 3};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(encoding.bytes(vector.length) - 1);
            assertThatThrownBy(() -> encoding.encode(vector, small))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("3 dimensions");
            assertThatThrownBy(() -> encoding.decode(small, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static org.assertj.core.data.Offset<Float> within(float offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }
}
