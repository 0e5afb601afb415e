package dev.isobar.examples.replay;

/// How much a cache may hold: a number of bytes (entries, where all sizes are 1), or a share of the
/// bytes of all keys.
///
/// @param text what was said, for people
/// @param number bytes, or per cent
/// @param percent which of these
public record Capacity(String text, double number, boolean percent) {

    /// Reads `1000` or `2.5%`.
    ///
    /// @throws IllegalArgumentException if it is neither, or not more than 0
    public static Capacity parse(String text) {
        boolean percent = text.endsWith("%");
        String digits = percent ? text.substring(0, text.length() - 1) : text;
        boolean good = digits.matches(percent ? "\\d{1,3}(\\.\\d{1,6})?" : "\\d{1,18}");
        double number = good ? Double.parseDouble(digits) : 0;
        if (!good || number <= 0 || (percent && number > 100)) {
            throw new IllegalArgumentException(
                    "not a capacity: \"%s\" (bytes such as 1000, or a share such as 2.5%%)"
                            .formatted(text));
        }
        return new Capacity(text, number, percent);
    }

    /// The capacity for keys of so many bytes in all; at least 1.
    public long bytesOf(long footprintBytes) {
        double bytes = percent ? footprintBytes * number / 100 : number;
        return Math.max(1, Math.round(bytes));
    }
}
