package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "12B, 12",
        "12 b, 12",
        "64MiB, 67108864",
        "64 mib, 67108864",
        "1.5GiB, 1610612736",
        "0.5KiB, 512",
        "500kB, 500000",
        "1MB, 1000000",
        "2TiB, 2199023255552",
        "7EiB, 8070450532247928832",
        "' 1KiB ', 1024",
        "9223372036854775807, 9223372036854775807"
    })
    void parse_readsWhatPeopleWrite(String text, long bytes) {
        assertThat(Bytes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "MiB", "-1", "+1", "64M", "64Ki", "1,5MiB", "1e3", "64  MiB", "64XiB",
                "64MiBs", "0x10", "1.MiB", ".5MiB", "NaN", "٣KiB"
            })
    void parse_anythingElse_isOneClearError(String text) {
        assertThatThrownBy(() -> Bytes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a size: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8EiB", "9223372036854775808", "10000000000GB", "0.3KiB", "1.5B"})
    void parse_tooLargeOrNotWhole_isOneClearError(String text) {
        assertThatThrownBy(() -> Bytes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a whole number of bytes")
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "1, 1B",
        "1000, 1000B",
        "1024, 1KiB",
        "1536, 1536B",
        "67108864, 64MiB",
        "9223372036854775807, 9223372036854775807B",
        "1152921504606846976, 1EiB"
    })
    void format_isExact(long bytes, String text) {
        assertThat(Bytes.format(bytes)).isEqualTo(text);
    }

    @Property
    void format_isReadBackByParse(@ForAll @LongRange(min = 0) long bytes) {
        assertThat(Bytes.parse(Bytes.format(bytes))).isEqualTo(bytes);
        long rounder = bytes >>> 20 << 20;
        assertThat(Bytes.parse(Bytes.format(rounder))).isEqualTo(rounder);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1048523, 1023.9 KiB",
        "1048575, 1.0 MiB",
        "16043213, 15.3 MiB",
        "9223372036854775807, 8.0 EiB"
    })
    void approximate_isForAGlance(long bytes, String text) {
        assertThat(Bytes.approximate(bytes)).isEqualTo(text);
    }

    @Test
    void negative_isRefused() {
        assertThatThrownBy(() -> Bytes.format(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bytes.approximate(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
