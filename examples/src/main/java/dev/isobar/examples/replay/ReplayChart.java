package dev.isobar.examples.replay;

import java.util.List;
import java.util.Locale;

/// Draws the results of a replay as an SVG picture: one panel for each measure, one line for each
/// policy, capacities on a logarithmic scale.
///
/// @param report what is drawn
public record ReplayChart(ReplayReport report) {

    private static final int WIDTH = 720;
    private static final int PANEL = 320;
    private static final int LEFT = 60;
    private static final int RIGHT = 590;
    private static final int TOP = 40;
    private static final int BOTTOM = 270;
    private static final List<String> COLOURS =
            List.of(
                    "#7f7f7f", "#1f77b4", "#17becf", "#2ca02c", "#bcbd22", "#ff7f0e", "#9467bd",
                    "#d62728", "#000000");

    /// The picture.
    public String svg() {
        List<Measure> measures = report.measures();
        var svg = new StringBuilder();
        svg.append(
                format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                        WIDTH, PANEL * measures.size()));
        for (int i = 0; i < measures.size(); i++) {
            svg.append(format("<g transform=\"translate(0 %d)\">%n", i * PANEL));
            panel(svg, measures.get(i));
            svg.append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    private void panel(StringBuilder svg, Measure measure) {
        double top = highest(measure);
        svg.append(text(LEFT, 24, escaped(report.trace().name() + ": " + measure.title() + ", %")));
        for (int i = 0; i <= 4; i++) {
            double y = y(top * i / 4, top);
            svg.append(
                    format(
                            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                            LEFT, RIGHT, y, y));
            svg.append(text(18, y + 4, format("%.1f", top * i / 4)));
        }
        for (long capacity : report.capacities()) {
            double share = 100.0 * capacity / report.trace().footprintBytes();
            svg.append(text(x(capacity) - 12, BOTTOM + 18, format("%.3g%%", share)));
        }
        int row = 0;
        for (PolicyKind policy : report.policies()) {
            line(svg, measure, policy, top, TOP + 16 * row++);
        }
    }

    @SuppressWarnings("EnumOrdinal") // a policy has its colour in every chart
    private void line(
            StringBuilder svg, Measure measure, PolicyKind policy, double top, int legendY) {
        String colour = COLOURS.get(policy.ordinal());
        boolean ours = policy == PolicyKind.POOL;
        var points = new StringBuilder();
        for (long capacity : report.capacities()) {
            double value = measure.of(report.tally(policy, capacity));
            points.append(format("%.1f,%.1f ", x(capacity), y(value, top)));
        }
        svg.append(
                format(
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"%s/>%n",
                        points.toString().strip(),
                        colour,
                        ours ? 3 : 1,
                        policy == PolicyKind.OPTIMUM ? " stroke-dasharray=\"5 4\"" : ""));
        svg.append(
                format(
                        "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>%n",
                        RIGHT + 20, legendY - 9, colour));
        svg.append(text(RIGHT + 36, legendY, policy.toString()));
    }

    private double highest(Measure measure) {
        double highest =
                report.results().stream().mapToDouble(r -> measure.of(r.tally())).max().orElse(0);
        return Math.max(1, highest);
    }

    private double x(long capacity) {
        List<Long> all = report.capacities();
        double least = Math.log((double) all.stream().mapToLong(Long::longValue).min().orElse(1));
        double most = Math.log((double) all.stream().mapToLong(Long::longValue).max().orElse(1));
        double share = most > least ? (Math.log((double) capacity) - least) / (most - least) : 0.5;
        return LEFT + 20 + share * (RIGHT - LEFT - 40);
    }

    private static double y(double value, double top) {
        return BOTTOM - value / top * (BOTTOM - TOP);
    }

    private static String text(double x, double y, String text) {
        return format("<text x=\"%.1f\" y=\"%.1f\">%s</text>%n", x, y, text);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("\\p{Cntrl}", "?");
    }

    @SuppressWarnings("AnnotateFormatMethod") // for this file alone
    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
