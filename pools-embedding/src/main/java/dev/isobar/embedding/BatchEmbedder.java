package dev.isobar.embedding;

import java.util.List;

/// The model behind the cache: embeds what the pool does not have.
///
/// Called with no lock held, on the thread of a caller who wants the vectors, with at most as many
/// inputs as a batch has, all different. What it throws goes to every caller who waits for one of
/// these inputs.
///
/// @param <T> the type of inputs: a text, or something that has one
@FunctionalInterface
public interface BatchEmbedder<T> {

    /// Embeds inputs.
    ///
    /// @param inputs at least one
    /// @return one vector for each, in the same order
    List<float[]> embed(List<T> inputs);
}
