package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PressureTierTest {

    @ParameterizedTest
    @CsvSource({
        "0, NORMAL", "0.59999, NORMAL", "0.60, WARNING", "0.79999, WARNING", "0.80, HIGH",
        "0.94999, HIGH", "0.95, CRITICAL", "1.0, CRITICAL", "1.5, CRITICAL", "Infinity, CRITICAL"
    })
    void of_lowerBoundsInclusive(double pressure, PressureTier tier) {
        assertThat(PressureTier.of(pressure)).isEqualTo(tier);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.01, Double.NEGATIVE_INFINITY})
    void of_noPressure_refused(double pressure) {
        assertThatIllegalArgumentException().isThrownBy(() -> PressureTier.of(pressure));
    }

    @Test
    void label_everyTier_lowerCaseName() {
        assertThat(PressureTier.values())
                .extracting(PressureTier::label)
                .containsExactly("normal", "warning", "high", "critical");
    }
}
