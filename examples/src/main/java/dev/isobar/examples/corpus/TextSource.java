package dev.isobar.examples.corpus;

import java.util.function.Predicate;

/// A place with files of text.
public interface TextSource {

    /// What this is, for people: the folder, or the zip file.
    String description();

    /// Hands over what is there, in an order that does not change from run to run, until the visitor
    /// has enough. A file that cannot be read is handed over as [Found.Skipped]; the walk goes on.
    ///
    /// @param visitor says whether it wants more
    /// @throws CorpusException if there is nothing to walk at all
    void visit(Predicate<Found> visitor);

    /// What a walk comes across. Exhaustive: a `switch` over it needs no `default`.
    sealed interface Found {

        /// The file's name inside its source.
        String file();

        /// A file of text.
        ///
        /// @param text all of it; lines end with `\n`
        record Text(String file, String text) implements Found {}

        /// A file that is not used.
        ///
        /// @param reason why not, in a few words
        record Skipped(String file, String reason) implements Found {}
    }
}
