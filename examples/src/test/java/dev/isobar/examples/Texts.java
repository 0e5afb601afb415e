package dev.isobar.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Made-up text, the same in every run.
final class Texts {

    private static final String[] SYLLABLES = {
        "ba", "co", "di", "fu", "ga", "he", "ki", "lo", "mu", "ne", "po", "ra", "si", "tu", "va",
        "we"
    };
    private static final int WORDS_PER_LINE = 12;

    private Texts() {}

    /// Writes files with `chars` of text in all, more or less, into a folder.
    static void write(Path folder, int files, int chars) throws IOException {
        var random = new SplittableRandom(11);
        for (int i = 0; i < files; i++) {
            Files.writeString(folder.resolve("text-" + i + ".txt"), text(random, chars / files));
        }
    }

    private static String text(SplittableRandom random, int chars) {
        var text = new StringBuilder(chars + 100);
        while (text.length() < chars) {
            for (int word = 0; word < WORDS_PER_LINE; word++) {
                for (int i = random.nextInt(1, 4); i >= 0; i--) {
                    text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
                }
                text.append(word == WORDS_PER_LINE - 1 ? '\n' : ' ');
            }
        }
        return text.toString();
    }
}
