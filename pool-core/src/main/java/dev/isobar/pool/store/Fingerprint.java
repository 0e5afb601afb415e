package dev.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/// The identity of stored bytes: 32 bytes of SHA-256, the same in every process and on every machine.
/// Made by a [Fingerprinter], or read from bytes or hexadecimal digits.
///
/// *Immutable.* Ordered by its bytes, unsigned, from the first.
public final class Fingerprint implements Comparable<Fingerprint> {

    /// How long a fingerprint is: {@value} bytes.
    public static final int BYTES = 32;

    private static final int HEX_DIGITS = 2 * BYTES;

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    private Fingerprint(ByteBuffer bytes) {
        first = bytes.getLong();
        second = bytes.getLong();
        third = bytes.getLong();
        fourth = bytes.getLong();
    }

    /// Takes 32 bytes, which are copied.
    ///
    /// @throws IllegalArgumentException if there are more or fewer
    public static Fingerprint of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    "a fingerprint has %d bytes, not %d".formatted(BYTES, bytes.length));
        }
        return new Fingerprint(ByteBuffer.wrap(bytes));
    }

    /// Takes the next 32 bytes of a buffer, in the order in which they stand, whatever the buffer's
    /// byte order.
    static Fingerprint from(ByteBuffer buffer) {
        byte[] bytes = new byte[BYTES];
        buffer.get(bytes);
        return of(bytes);
    }

    /// Reads 64 hexadecimal digits, in either case; empty for anything else.
    public static Optional<Fingerprint> tryParse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.length() != HEX_DIGITS || !text.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        return Optional.of(of(HexFormat.of().parseHex(text)));
    }

    /// Reads 64 hexadecimal digits, in either case.
    ///
    /// @throws IllegalArgumentException if the text is anything else
    public static Fingerprint parse(String text) {
        return tryParse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "not a fingerprint (wanted %d hexadecimal digits): '%s'"
                                        .formatted(HEX_DIGITS, text)));
    }

    /// A copy of the 32 bytes.
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        writeTo(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /// Puts the 32 bytes into a buffer, as they stand.
    void writeTo(ByteBuffer buffer) {
        var order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN);
        buffer.putLong(first).putLong(second).putLong(third).putLong(fourth);
        buffer.order(order);
    }

    /// 64 hexadecimal digits in lower case.
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /// The first 8 bytes as a number, the first byte the lowest.
    public long prefix() {
        return Long.reverseBytes(first);
    }

    @Override
    public int compareTo(Fingerprint other) {
        int byFirst = Long.compareUnsigned(first, other.first);
        int bySecond = byFirst != 0 ? byFirst : Long.compareUnsigned(second, other.second);
        int byThird = bySecond != 0 ? bySecond : Long.compareUnsigned(third, other.third);
        return byThird != 0 ? byThird : Long.compareUnsigned(fourth, other.fourth);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that
                && first == that.first
                && second == that.second
                && third == that.third
                && fourth == that.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first);
    }

    @Override
    public String toString() {
        return "Fingerprint(" + hex() + ")";
    }
}
