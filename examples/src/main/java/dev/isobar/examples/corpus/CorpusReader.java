package dev.isobar.examples.corpus;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Reads a source until there are enough passages.
///
/// *Immutable.*
///
/// @param splitter how files are cut
/// @param maxPassages where to stop; at least 1
public record CorpusReader(PassageSplitter splitter, int maxPassages) {

    /// @throws IllegalArgumentException if `maxPassages` is below 1
    public CorpusReader {
        Objects.requireNonNull(splitter, "splitter");
        if (maxPassages < 1) {
            throw new IllegalArgumentException("maxPassages must be at least 1: " + maxPassages);
        }
    }

    /// Reads, in the order of the source.
    ///
    /// @throws CorpusException if the source cannot be read, or has no text
    public Corpus read(TextSource source) {
        var reading = new Reading();
        source.visit(reading::add);
        return new Corpus(
                source.description(),
                reading.passages,
                reading.files,
                reading.skippedFiles,
                reading.duplicates);
    }

    /// What has been read so far. *One thread only.*
    private final class Reading {
        private final List<Passage> passages = new ArrayList<>();
        private final Set<String> texts = new HashSet<>();
        private int files;
        private int skippedFiles;
        private int duplicates;

        /// Takes a file in.
        ///
        /// @return whether there is room for more
        boolean add(TextSource.Found found) {
            switch (found) {
                case TextSource.Found.Text(String file, String text) -> addText(file, text);
                case TextSource.Found.Skipped _ -> skippedFiles++;
            }
            return passages.size() < maxPassages;
        }

        private void addText(String file, String text) {
            int before = passages.size();
            int line = 1;
            for (String piece : splitter.split(text)) {
                if (passages.size() < maxPassages && !piece.isBlank()) {
                    addPassage(new Passage(file, line, piece));
                }
                line += (int) piece.chars().filter(c -> c == '\n').count();
            }
            files += passages.size() > before ? 1 : 0;
        }

        private void addPassage(Passage passage) {
            if (texts.add(passage.text())) {
                passages.add(passage);
            } else {
                duplicates++;
            }
        }
    }
}
