package dev.isobar.examples.view;

import dev.isobar.broker.PressureTier;

/// How things look: with colours or without, with block characters or with ASCII.
///
/// *Immutable.*
///
/// @param colour whether ANSI colours are written
/// @param blocks whether block characters can be shown
public record Style(boolean colour, boolean blocks) {

    /// No colours, ASCII alone.
    public static final Style PLAIN = new Style(false, false);

    private static final String ESC = "\u001b[";
    private static final String RESET = ESC + "0m";

    /// A text in the colour of a tier.
    String tier(PressureTier tier, String text) {
        return switch (tier) {
            case NORMAL -> paint("32", text);
            case WARNING -> paint("33", text);
            case HIGH -> paint("31", text);
            case CRITICAL -> paint("1;31", text);
        };
    }

    /// A heading.
    String heading(String text) {
        return paint("1", text);
    }

    /// Something that is less important.
    String dim(String text) {
        return paint("2", text);
    }

    /// A bar of `width` characters, filled by `pressure`; all of it from 1.0 on.
    public String bar(double pressure, int width) {
        int filled = (int) Math.round(Math.clamp(pressure, 0.0, 1.0) * width);
        return (blocks ? "█" : "#").repeat(filled) + (blocks ? "░" : ".").repeat(width - filled);
    }

    private String paint(String code, String text) {
        return colour ? ESC + code + "m" + text + RESET : text;
    }
}
