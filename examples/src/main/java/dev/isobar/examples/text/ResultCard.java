package dev.isobar.examples.text;

import dev.isobar.examples.corpus.Passage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A passage made ready to be shown in a list of results: where it is from, the words it uses most,
/// and its text on one line. Worth caching, because the words have to be counted.
///
/// *Immutable.*
///
/// @param heading where the passage is from
/// @param topWords its most frequent words with their counts, such as `buffer 4, limit 2`
/// @param snippet its text, runs of white space made one space
public record ResultCard(String heading, String topWords, String snippet) {

    /// What three strings and a record cost beside their chars, on a usual 64-bit JVM with compact
    /// strings: 3 * (24 for the string, 16 for its array) + 24.
    private static final int OVERHEAD_BYTES = 144;

    private static final int TOP_WORDS = 12;
    private static final int MIN_WORD_CHARS = 3;

    /// Makes the card of a passage.
    public static ResultCard of(Passage passage) {
        return new ResultCard(
                passage.origin(),
                topWords(passage.text()),
                passage.text().strip().replaceAll("\\s+", " "));
    }

    /// About what this holds of the heap; an estimate that takes one byte for a char.
    public int bytes() {
        return OVERHEAD_BYTES + heading.length() + topWords.length() + snippet.length();
    }

    private static String topWords(String text) {
        Map<String, Integer> counts = new HashMap<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
            if (word.length() >= MIN_WORD_CHARS) {
                counts.merge(word, 1, Integer::sum);
            }
        }
        Comparator<Map.Entry<String, Integer>> mostFirst =
                Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey());
        List<Map.Entry<String, Integer>> top =
                counts.entrySet().stream().sorted(mostFirst).limit(TOP_WORDS).toList();
        return top.stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
