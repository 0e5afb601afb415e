package dev.isobar.memory;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sizes in bytes, as people write them: `64MiB`, `1.5 GiB`, `500kB`, `4096`.
///
/// Arithmetic is exact: what cannot be a whole number of bytes is an error, not a rounding.
public final class Bytes {

    private static final Pattern SIZE =
            Pattern.compile(
                    "(\\d{1,19}(?:\\.\\d{1,30})?) ?(?:([KMGTPE]I?)?B)?", Pattern.CASE_INSENSITIVE);
    private static final String PREFIXES = "KMGTPE";
    private static final long BINARY_STEP = 1024;
    private static final long DECIMAL_STEP = 1000;

    /// From here on, one decimal would read 1024.0.
    private static final double ROUNDS_TO_A_STEP = 1023.95;

    private Bytes() {}

    /// Reads a size. Units: `B`, `KiB` to `EiB` (powers of 1024), `kB` to `EB` (powers of 1000), in
    /// any case, with or without a space before them; none means bytes.
    ///
    /// @return at least 0
    /// @throws IllegalArgumentException if the text is no size, or no whole number of bytes, or more
    ///     than [Long#MAX_VALUE] bytes
    public static long parse(String text) {
        Matcher size = SIZE.matcher(Objects.requireNonNull(text, "text").strip());
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "not a size: '%s' (wanted for example 64MiB, 1.5GiB, 500kB or 4096)"
                            .formatted(text));
        }
        BigDecimal number = new BigDecimal(size.group(1));
        try {
            return number.multiply(unit(size.group(2))).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "not a whole number of bytes up to %d: '%s'".formatted(Long.MAX_VALUE, text),
                    e);
        }
    }

    /// Writes a size exactly, in the largest unit of 1024 that needs no fraction: `64MiB`, `1000B`.
    /// [#parse(String)] reads it back.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative
    public static String format(long bytes) {
        requireNotNegative(bytes);
        long number = bytes;
        int steps = 0;
        while (number != 0 && number % BINARY_STEP == 0) {
            number /= BINARY_STEP;
            steps++;
        }
        return number + suffix(steps);
    }

    /// Writes a size for a person's glance, rounded to one decimal: `15.3 MiB`, `0 B`. Never for
    /// something that is read back exactly.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative
    public static String approximate(long bytes) {
        requireNotNegative(bytes);
        if (bytes < BINARY_STEP) {
            return bytes + " B";
        }
        double number = bytes;
        int steps = 0;
        while (number >= ROUNDS_TO_A_STEP) {
            number /= BINARY_STEP;
            steps++;
        }
        return String.format(Locale.ROOT, "%.1f %s", number, suffix(steps));
    }

    private static BigDecimal unit(@Nullable String prefix) {
        if (prefix == null) {
            return BigDecimal.ONE;
        }
        long step = prefix.length() == 2 ? BINARY_STEP : DECIMAL_STEP;
        int power = PREFIXES.indexOf(Character.toUpperCase(prefix.charAt(0))) + 1;
        return BigDecimal.valueOf(step).pow(power);
    }

    private static String suffix(int steps) {
        return steps == 0 ? "B" : PREFIXES.charAt(steps - 1) + "iB";
    }

    private static void requireNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must be at least 0: " + bytes);
        }
    }
}
