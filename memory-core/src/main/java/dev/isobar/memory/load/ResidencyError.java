package dev.isobar.memory.load;

/// Why a [Residency] refused: one code for each cause.
public enum ResidencyError {
    /// There is no tensor of that number.
    NO_SUCH_TENSOR("invalid_request"),
    /// A table of no tensors.
    NO_TENSORS("invalid_request"),
    /// More tensors than the table may have.
    TOO_MANY_TENSORS("invalid_request"),
    /// Some tensor still has bytes in memory, so that the table cannot be replaced.
    IN_USE("invalid_request"),
    /// The tensor's bytes are in memory already.
    ALREADY_RESIDENT("tensor_already_resident"),
    /// The tensor's bytes are not in memory.
    NOT_RESIDENT("tensor_unmapped"),
    /// The tensor is being loaded or evicted.
    BUSY("invalid_request"),
    /// Somebody is using the tensor's bytes.
    PINNED("invalid_request"),
    /// The plan was applied or given up before, or its tensors have changed since.
    STALE_PLAN("backend_error"),
    /// What is to be applied does not fit the plan.
    PLAN_MISMATCH("invalid_request"),
    /// The budget has no room, and nothing more can be evicted.
    OVER_BUDGET("out_of_memory"),
    /// The bytes could not be loaded; the cause says why.
    LOAD_FAILED("io_read_failed"),
    /// The file could not be mapped; the cause says why.
    MAP_FAILED("io_mmap_failed"),
    /// The memory could not be given back: the tensor stays where it is, and can be evicted again.
    EVICT_FAILED("io_mmap_failed"),
    /// The waiting was interrupted.
    INTERRUPTED("internal_error"),
    /// The residency was closed.
    CLOSED("invalid_request");

    private final String referenceName;

    ResidencyError(String referenceName) {
        this.referenceName = referenceName;
    }

    /// What the reference system would have called it.
    public String referenceName() {
        return referenceName;
    }
}
