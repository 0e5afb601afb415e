package dev.isobar.examples;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A number of bytes as people write it: `64MiB`, `1.5 GiB`, `4096`.
///
/// *Immutable.*
///
/// @param bytes at least 0
public record ByteSize(long bytes) {

    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?) ?(B|KIB|MIB|GIB|TIB)?");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int STEP = 1024;

    /// @throws IllegalArgumentException if `bytes` is negative
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must be at least 0: " + bytes);
        }
    }

    /// Reads a number with a unit: B (also if there is none), KiB, MiB, GiB or TiB, in any case.
    ///
    /// @throws IllegalArgumentException if it is not of this form, or more than a `long` can hold
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a size: write a number with B, KiB, MiB or GiB, such as 64MiB"
                            .formatted(text));
        }
        var number = new BigDecimal(matcher.group(1)).multiply(unitBytes(matcher.group(2)));
        if (number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'%s' is too large a size".formatted(text));
        }
        return new ByteSize(number.longValue());
    }

    private static BigDecimal unitBytes(@Nullable String unit) {
        long bytes = 1;
        for (int i = 0; unit != null && !UNITS[i].equalsIgnoreCase(unit); i++) {
            bytes *= STEP;
        }
        return BigDecimal.valueOf(bytes);
    }

    /// A number of bytes with the unit that suits it: `0 B`, `512 B`, `1.5 KiB`, `12.0 MiB`.
    public static String text(long bytes) {
        return new ByteSize(bytes).toString();
    }

    @Override
    public String toString() {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double number = bytes;
        int unit = 0;
        // 1023.95 KiB would be written as 1024.0 KiB: that is 1.0 MiB
        while (number >= STEP - 0.05 && unit < UNITS.length - 1) {
            number /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", number, UNITS[unit]);
    }
}
