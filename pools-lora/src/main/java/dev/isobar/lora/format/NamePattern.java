package dev.isobar.lora.format;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A pattern of module names from an adapter's settings: a regular expression, but a bounded one, so
/// that none can keep a thread for ever.
///
/// *Immutable.*
final class NamePattern {

    private static final int MAX_CHARS = 2048;
    private static final int MAX_STEPS = 1_000_000;

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
        return compile(file, field, text, "(?:.*\\.)?(?:" + text + ")");
    }

    /// `target_modules` where it is one text: matches whole names.
    static NamePattern whole(String file, String field, String text) {
        return compile(file, field, text, text);
    }

    private static NamePattern compile(String file, String field, String text, String regex) {
        if (text.length() > MAX_CHARS) {
            throw AdapterFormatException.at(
                    FormatFault.TOO_MUCH,
                    file,
                    field,
                    "a pattern of %d characters, at most %d".formatted(text.length(), MAX_CHARS));
        }
        try {
            return new NamePattern(file, field, Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_VALUE,
                    file,
                    field,
                    "'%s' is no pattern: %s".formatted(text, e.getDescription()));
        } catch (StackOverflowError _) {
            throw AdapterFormatException.at(
                    FormatFault.TOO_MUCH, file, field, "a pattern nested too deep");
        }
    }

    boolean matches(String name) {
        try {
            return pattern.matcher(new Counted(name, new int[] {MAX_STEPS})).matches();
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
            return new Counted(text.substring(start, end), steps);
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
