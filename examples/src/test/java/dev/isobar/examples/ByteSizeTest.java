package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "1B, 1",
        "2KiB, 2048",
        "64MiB, 67108864",
        "64 mib, 67108864",
        "1.5GiB, 1610612736",
        "9223372036854775807, 9223372036854775807"
    })
    void parse_goodSize_isRead(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "-1", "64MB", "64M", "1..5MiB", "MiB", "1e9", "NaN", "64 MiB more"})
    void parse_badSize_refusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessage(
                        "'%s' is not a size: write a number with B, KiB, MiB or GiB, such as 64MiB",
                        text);
    }

    @Test
    void parse_moreThanALong_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse("9223372036854775808"))
                .withMessage("'9223372036854775808' is too large a size");
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse("8388608TiB"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "12582912, 12.0 MiB",
        "1048575, 1.0 MiB",
        "9223372036854775807, 8388608.0 TiB"
    })
    void text_bytes_hasTheUnitThatSuits(long bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
    }
}
