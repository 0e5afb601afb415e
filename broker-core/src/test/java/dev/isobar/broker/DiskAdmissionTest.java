package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.ResourceRefusal.DiskCapacity;
import dev.isobar.broker.ResourceRefusal.TierUnavailable;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskAdmissionTest {

    @Test
    void check_exactlyAtTheThreshold_allowed() {
        assertThat(DiskAdmission.check("disk", 9_000, 10_000, 500)).isEmpty();
    }

    @Test
    void check_oneByteOverTheThreshold_refusedWithTheNumbers() {
        assertThat(DiskAdmission.check("disk", 9_000, 10_000, 501))
                .contains(new DiskCapacity("disk", 9_000, 10_000, 501, 9_500));
    }

    @Test
    void check_sumOverflows_refused() {
        assertThat(DiskAdmission.check("disk", Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE))
                .containsInstanceOf(DiskCapacity.class);
        assertThat(DiskAdmission.check("disk", Long.MAX_VALUE - 10, 10_000, 100))
                .containsInstanceOf(DiskCapacity.class);
    }

    @Test
    void check_hugeDiskWithRoom_allowed() {
        assertThat(DiskAdmission.check("disk", Long.MAX_VALUE / 2, Long.MAX_VALUE, 1)).isEmpty();
    }

    @Test
    void check_capacityUnknown_unavailable() {
        assertThat(DiskAdmission.check("disk", 0, 0, 1))
                .contains(new TierUnavailable("disk", "capacity is unknown"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void check_badThreshold_unavailable(int basisPoints) {
        assertThat(DiskAdmission.check("disk", 1, 10, 1, basisPoints))
                .get()
                .isInstanceOfSatisfying(
                        TierUnavailable.class,
                        refusal ->
                                assertThat(refusal.reason())
                                        .contains("invalid threshold")
                                        .contains(Integer.toString(basisPoints)));
    }

    @Test
    void check_negativeBytes_refusedAsABadArgument() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskAdmission.check("disk", -1, 10, 1))
                .withMessageContaining("usedBytes=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskAdmission.check("disk", 1, -10, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskAdmission.check("disk", 1, 10, -1));
    }

    @Property
    void check_anyNumbers_agreesWithExactArithmetic(
            @ForAll @LongRange(min = 0) long used,
            @ForAll @LongRange(min = 1) long capacity,
            @ForAll @LongRange(min = 0) long projected,
            @ForAll @IntRange(min = 1, max = 10_000) int basisPoints) {
        BigInteger share =
                BigInteger.valueOf(capacity)
                        .multiply(BigInteger.valueOf(basisPoints))
                        .divide(BigInteger.valueOf(10_000));
        boolean fits =
                BigInteger.valueOf(used).add(BigInteger.valueOf(projected)).compareTo(share) <= 0;
        assertThat(DiskAdmission.check("disk", used, capacity, projected, basisPoints).isEmpty())
                .isEqualTo(fits);
    }
}
