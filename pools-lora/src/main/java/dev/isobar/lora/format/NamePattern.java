package dev.isobar.lora.format;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A pattern of module names from an adapter's settings: a regular expression of Python's, but a bounded
/// one, so that none can keep a thread for ever.
///
/// *Immutable.*
final class NamePattern {

    private static final int MAX_CHARS = 2048;
    private static final int MAX_STEPS = 1_000_000;
    private static final String LAYER = "layer";

    /// A repetition: how often at least.
    private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)");

    /// As in Python: only a line feed ends a line, and letters and digits are those of all scripts.
    private static final int FLAGS = Pattern.UNIX_LINES | Pattern.UNICODE_CHARACTER_CLASS;

    private final String file;
    private final String field;
    private final Pattern pattern;

    private NamePattern(String file, String field, Pattern pattern) {
        this.file = file;
        this.field = field;
        this.pattern = pattern;
    }

    /// A key of `rank_pattern` or `alpha_pattern`: matches a module's name, or the end of it after a
    /// dot, as PEFT has it.
    static NamePattern suffix(String file, String field, String text) {
        return compile(file, field, text, "(.*\\.)?(" + ofPython(text) + ")");
    }

    /// `target_modules` where it is one text: matches whole names.
    static NamePattern whole(String file, String field, String text) {
        return compile(file, field, text, ofPython(text));
    }

    /// `layers_pattern`: finds the number behind the name of the list of layers.
    static NamePattern layer(String file, String field, String text) {
        return compile(file, field, text, "(?:^|.*?\\.)" + ofPython(text) + "\\.(?<layer>\\d+)\\.");
    }

    /// Finds the first number behind any name.
    static NamePattern anyLayer(String file, String field) {
        return compile(file, field, "", ".*?\\.[^.]*\\.(?<layer>\\d+)\\.");
    }

    private static NamePattern compile(String file, String field, String text, String regex) {
        if (text.length() > MAX_CHARS) {
            throw AdapterFormatException.at(
                    FormatFault.TOO_MUCH,
                    file,
                    field,
                    "a pattern of %d characters, at most %d".formatted(text.length(), MAX_CHARS));
        }
        requireFewRepetitions(file, field, text);
        try {
            return new NamePattern(file, field, Pattern.compile(regex, FLAGS));
        } catch (PatternSyntaxException e) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_VALUE,
                    file,
                    field,
                    "'%s' is no pattern: %s"
                            .formatted(AdapterFormatException.printable(text), e.getDescription()));
        } catch (StackOverflowError _) {
            throw AdapterFormatException.at(
                    FormatFault.TOO_MUCH, file, field, "a pattern nested too deep");
        }
    }

    /// Steps are counted by the characters that are looked at; nothing, repeated, looks at none.
    private static void requireFewRepetitions(String file, String field, String text) {
        double all =
                REPEATED.matcher(text)
                        .results()
                        .mapToDouble(each -> Math.max(1, Double.parseDouble(each.group(1))))
                        .reduce(1, (a, b) -> a * b);
        if (all > MAX_STEPS) {
            throw AdapterFormatException.at(
                    FormatFault.TOO_MUCH, file, field, "a pattern that repeats too much");
        }
    }

    /// Named groups and the end of the text are written otherwise in Python.
    private static String ofPython(String text) {
        StringBuilder java = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\Z", i)) {
                java.append("\\z");
                i++;
            } else if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                java.append(text, i, i + 2);
                i++;
            } else if (text.startsWith("(?P<", i)) {
                java.append("(?<");
                i += 3;
            } else {
                java.append(text.charAt(i));
            }
        }
        return java.toString();
    }

    boolean matches(String name) {
        return bounded(name, Matcher::matches);
    }

    /// The number of the layer that a module is in, without leading zeros, if its name begins with a
    /// match.
    Optional<String> layer(String name) {
        return bounded(
                name,
                matcher ->
                        matcher.lookingAt()
                                ? Optional.of(matcher.group(LAYER).replaceFirst("^0+(?=.)", ""))
                                : Optional.empty());
    }

    private <T> T bounded(String name, Function<Matcher, T> question) {
        try {
            return question.apply(pattern.matcher(new Counted(name, new int[] {MAX_STEPS})));
        } catch (TooManySteps | StackOverflowError _) {
            throw AdapterFormatException.at(
                    FormatFault.TOO_MUCH,
                    file,
                    field,
                    "matching the pattern with '%s' takes too long".formatted(name));
        }
    }

    /// Text that ends the match when it was looked at too often.
    @SuppressWarnings(
            "ArrayRecordComponent") // the counter is shared on purpose, and compared by nobody
    private record Counted(String text, int[] steps) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (steps[0]-- <= 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManySteps() {
            super("too many steps", null, false, false);
        }
    }
}
