package dev.isobar.examples.corpus;

import java.util.ArrayList;
import java.util.List;

/// Cuts a text into passages of about equal size, where a reader would pause: after a blank line if
/// there is one, else after a line, else after a word, and only then in the middle.
///
/// The passages of a text, put together again, are the text. All have `minChars` to `maxChars`
/// chars, unless the whole text is shorter.
///
/// *Immutable.*
///
/// @param minChars the least size of a passage; at least 1
/// @param maxChars the greatest size; at least twice `minChars`, so that there is always a legal cut
public record PassageSplitter(int minChars, int maxChars) {

    /// 400 to 800 chars: a paragraph, a method, a table.
    public static final PassageSplitter PARAGRAPHS = new PassageSplitter(400, 800);

    /// @throws IllegalArgumentException if a size is out of range
    public PassageSplitter {
        if (minChars < 1 || maxChars / 2 < minChars) {
            throw new IllegalArgumentException(
                    "sizes must be 1 <= minChars and 2 * minChars <= maxChars: minChars="
                            + minChars
                            + ", maxChars="
                            + maxChars);
        }
    }

    /// The passages of a text in their order; none for an empty text.
    public List<String> split(String text) {
        var passages = new ArrayList<String>();
        int start = 0;
        while (text.length() - start > maxChars) {
            int latest = Math.min(start + maxChars, text.length() - minChars);
            int end = cut(text, start + minChars, latest);
            passages.add(text.substring(start, end));
            start = end;
        }
        if (start < text.length()) {
            passages.add(text.substring(start));
        }
        return passages;
    }

    /// The best place to cut in `[earliest, latest]`; the later, the better.
    private static int cut(String text, int earliest, int latest) {
        int afterLine = -1;
        int afterWord = -1;
        for (int i = latest; i >= earliest; i--) {
            char before = text.charAt(i - 1);
            if (before == '\n' && i >= 2 && text.charAt(i - 2) == '\n') {
                return i;
            }
            if (before == '\n' && afterLine < 0) {
                afterLine = i;
            }
            if (Character.isWhitespace(before) && afterWord < 0) {
                afterWord = i;
            }
        }
        if (afterLine > 0) {
            return afterLine;
        }
        return afterWord > 0 ? afterWord : betweenCharacters(text, earliest, latest);
    }

    private static int betweenCharacters(String text, int earliest, int latest) {
        boolean insidePair =
                Character.isHighSurrogate(text.charAt(latest - 1))
                        && Character.isLowSurrogate(text.charAt(latest));
        return insidePair && latest > earliest ? latest - 1 : latest;
    }
}
