package dev.isobar.examples.view;

import dev.isobar.examples.view.DemoView.AdmissionRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Numbers and texts as they are shown.
public final class Words {

    private static final Pattern BREAK = Pattern.compile(" (?!(?:[KMGTPE]i)?B\\b|ms\\b)");

    private Words() {}

    /// Minutes and seconds: `01:05`.
    public static String clock(Duration time) {
        return String.format(Locale.ROOT, "%02d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    /// A count with separators: `12,345`.
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// A share: `71.3%`.
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /// A time in whole milliseconds: `120 ms`.
    public static String millis(long nanos) {
        return count(nanos / 1_000_000) + " ms";
    }

    /// A pressure: `0.83`. Rounded down, so that 0.799 does not look like a tier that it is not.
    public static String pressure(double pressure) {
        return String.format(Locale.ROOT, "%.2f", Math.floor(pressure * 100 + 1e-9) / 100);
    }

    /// Who has what, and who waits: `2 of 4 lanes, 640 of 8,192 tokens; 0 waiting, longest 12 ms`.
    static String admission(AdmissionRow row) {
        String supplies =
                row.supplies().stream()
                        .map(cell ->
                                "%s of %s %s"
                                        .formatted(
                                                count(cell.granted()),
                                                count(cell.capacity()),
                                                cell.unit()))
                        .collect(Collectors.joining(", "));
        return "%s; %s waiting, longest %s"
                .formatted(supplies, count(row.waiting()), millis(row.longestWaitNanos()));
    }

    /// Breaks a text at spaces into lines of at most `width`; a longer word gets a line of its own. A
    /// number stays with its unit.
    public static List<String> wrap(String text, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : BREAK.split(text, -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
