package dev.isobar.memory.load;

/// Why a [StreamingWindow] refused, or could not: one code for each cause.
public enum WindowError {
    /// Nothing is bound.
    NOT_BOUND("not_bound"),
    /// Something is bound already.
    ALREADY_BOUND("already_bound"),
    /// A model without layers, or a layer without tensors.
    NO_LAYERS("invalid_request"),
    /// A tensor is not where it is said to be; the cause says why.
    BAD_EXTENT("invalid_request"),
    /// A file could not be mapped; the cause says why.
    MAP_FAILED("source_map_failed"),
    /// The slots would take more than the budget.
    BUDGET_TOO_SMALL("budget_too_small"),
    /// The space has no room for the slots.
    NO_ROOM("slot_storage_too_small"),
    /// There is no such layer.
    LAYER_OUT_OF_RANGE("layer_out_of_range"),
    /// The model fits the budget, and is mapped: there is nothing to acquire.
    NOT_STREAMING("not_streaming"),
    /// Every slot holds a layer that somebody is using.
    ALL_SLOTS_PINNED("invalid_request"),
    /// The layer could not be loaded; the cause says why. It can be acquired again.
    LOAD_FAILED("slot_copy_failed"),
    /// Somebody is still using a layer.
    PINNED("invalid_request"),
    /// Memory or a mapping could not be given back: what is left stays bound, and can be unbound
    /// again.
    UNBIND_FAILED("internal_error"),
    /// The window was closed.
    CLOSED("invalid_request");

    private final String referenceName;

    WindowError(String referenceName) {
        this.referenceName = referenceName;
    }

    /// What the reference system would have called it.
    public String referenceName() {
        return referenceName;
    }
}
