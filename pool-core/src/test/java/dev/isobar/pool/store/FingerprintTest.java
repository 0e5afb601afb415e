package dev.isobar.pool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    private static final double ODD_NAN = Double.longBitsToDouble(0x7ff8_0000_0000_1234L);

    @Property(tries = 200)
    void hex_roundTrips(@ForAll @Size(32) byte[] bytes) {
        Fingerprint fingerprint = Fingerprint.of(bytes);
        assertThat(fingerprint.bytes()).isEqualTo(bytes);
        assertThat(Fingerprint.parse(fingerprint.hex())).isEqualTo(fingerprint);
        assertThat(Fingerprint.parse(fingerprint.hex().toUpperCase(Locale.ROOT)))
                .isEqualTo(fingerprint)
                .hasSameHashCodeAs(fingerprint);
        assertThat(fingerprint).hasToString("Fingerprint(" + fingerprint.hex() + ")");
        assertThat(fingerprint.prefix())
                .isEqualTo(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    @Property(tries = 200)
    void order_isThatOfTheBytes(@ForAll @Size(32) byte[] one, @ForAll @Size(32) byte[] other) {
        assertThat(Integer.signum(Fingerprint.of(one).compareTo(Fingerprint.of(other))))
                .isEqualTo(Integer.signum(java.util.Arrays.compareUnsigned(one, other)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "000000000000000000000000000000000000000000000000000000000000000",
                "00000000000000000000000000000000000000000000000000000000000000000",
                "g000000000000000000000000000000000000000000000000000000000000000"
            })
    void parse_ofAnythingElse_isRefused(String text) {
        assertThat(Fingerprint.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> Fingerprint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void of_wrongLength_isRefused() {
        assertThatThrownBy(() -> Fingerprint.of(new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("31");
    }

    /// Written by hand, byte by byte: another process or machine must come to the same.
    @Test
    void bytes_areThoseOfTheFormat() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0).putInt(1).put((byte) 'a');
        bytes.put((byte) 1).putInt(1).put((byte) 'b').putLong(2).put(new byte[] {7, 8});
        bytes.put((byte) 2).putInt(1).put((byte) 'c').putLong(2).put(new byte[] {'h', 'i'});
        bytes.put((byte) 3).putInt(1).put((byte) 'd').putLong(-5);
        byte[] digest =
                MessageDigest.getInstance("SHA-256")
                        .digest(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
        assertThat(
                        new Fingerprinter()
                                .tag("a")
                                .bytes("b", new byte[] {7, 8})
                                .text("c", "hi")
                                .number("d", -5)
                                .finish())
                .isEqualTo(Fingerprint.of(digest));
    }

    @Test
    void sameTag_otherType_neverAliases() {
        byte[] eight = new byte[8];
        List<Fingerprint> all =
                Stream.of(
                                new Fingerprinter().tag("t"),
                                new Fingerprinter().bytes("t", new byte[0]),
                                new Fingerprinter().text("t", ""),
                                new Fingerprinter().bytes("t", eight),
                                new Fingerprinter().text("t", "\0\0\0\0\0\0\0\0"),
                                new Fingerprinter().number("t", 0),
                                new Fingerprinter().real("t", 0),
                                new Fingerprinter().reals("t", new double[] {0}),
                                new Fingerprinter().matrix("t", new double[][] {{0}}))
                        .map(Fingerprinter::finish)
                        .toList();
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void tags_doNotRunIntoValues() {
        assertThat(new Fingerprinter().text("ab", "c").finish())
                .isNotEqualTo(new Fingerprinter().text("a", "bc").finish());
        assertThat(new Fingerprinter().tag("a").tag("b").finish())
                .isNotEqualTo(new Fingerprinter().tag("ab").finish());
    }

    @Property(tries = 100)
    void sameInput_sameKey_otherInput_otherKey(@ForAll String one, @ForAll String other) {
        assertThat(key(one)).isEqualTo(key(one));
        assertThat(key(one).equals(key(other)))
                .isEqualTo(
                        java.util.Arrays.equals(
                                one.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                other.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static Fingerprint key(String text) {
        return new Fingerprinter().text("x", text).finish();
    }

    @Test
    void reals_inOneGo_areThoseOneByOne() {
        double[] values = new double[1257];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(i);
        }
        values[3] = -0.0;
        values[700] = ODD_NAN;
        Fingerprinter oneByOne = new Fingerprinter().writeNumber(values.length);
        for (double value : values) {
            oneByOne.writeReal(value);
        }
        assertThat(new Fingerprinter().writeReals(values).finish()).isEqualTo(oneByOne.finish());
    }

    @Test
    void matrix_isRowsColumnsAndValues() {
        double[][] rows = {{1, 2, -0.0}, {4, ODD_NAN, 6}};
        Fingerprinter oneByOne = new Fingerprinter().writeNumber(2).writeNumber(3);
        for (double[] row : rows) {
            for (double value : row) {
                oneByOne.writeReal(value);
            }
        }
        assertThat(new Fingerprinter().writeMatrix(rows).finish()).isEqualTo(oneByOne.finish());
        assertThat(new Fingerprinter().writeMatrix(new double[][] {{1, 2}}).finish())
                .isNotEqualTo(new Fingerprinter().writeMatrix(new double[][] {{1}, {2}}).finish());
        assertThatThrownBy(() -> new Fingerprinter().matrix("m", new double[][] {{1}, {2, 3}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1 has 2 values, row 0 has 1");
    }

    @Test
    void zeros_areOne_nansAreNot() {
        assertThat(new Fingerprinter().real("x", -0.0).finish())
                .isEqualTo(new Fingerprinter().real("x", 0.0).finish());
        assertThat(new Fingerprinter().real("x", ODD_NAN).finish())
                .isNotEqualTo(new Fingerprinter().real("x", Double.NaN).finish());
    }

    @Test
    void finish_twice_isRefused() {
        Fingerprinter fingerprinter = new Fingerprinter().writeBoolean(true);
        fingerprinter.finish();
        assertThatThrownBy(fingerprinter::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fingerprinter.writeByte(1))
                .isInstanceOf(IllegalStateException.class);
    }
}
