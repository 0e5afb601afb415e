package dev.isobar.memory.load;

import java.util.List;

/// What is to be loaded, by somebody else than the [Residency]: a token that is good for one
/// [Residency#apply]. Several plans may be under way; what happens to other tensors does not matter to
/// them.
///
/// *Immutable.*
///
/// @param number which plan of the residency
/// @param steps what to load, in the order in which the blocks are to be handed over
public record ResidencyPlan(long number, List<Step> steps) {

    /// Copies the list.
    public ResidencyPlan {
        steps = List.copyOf(steps);
    }

    /// One tensor to load.
    ///
    /// *Immutable.*
    ///
    /// @param tensor its number
    /// @param version its version when the plan was made
    /// @param extent where its bytes are
    public record Step(int tensor, long version, Extent extent) {}
}
