package dev.isobar.examples.corpus;

import java.util.List;

/// The text that the demo works on.
///
/// *Immutable.*
///
/// @param description where it is from
/// @param passages all passages; no two have the same text; at least one
/// @param files how many files they are from
/// @param skippedFiles how many files were not used: binary, unreadable, too large
/// @param duplicates how many passages were left out because an equal one was there already
public record Corpus(
        String description, List<Passage> passages, int files, int skippedFiles, int duplicates) {

    /// @throws CorpusException if there are no passages
    public Corpus {
        passages = List.copyOf(passages);
        if (passages.isEmpty()) {
            throw new CorpusException(
                    "corpus has no text: %s (%d files skipped)"
                            .formatted(description, skippedFiles));
        }
    }
}
