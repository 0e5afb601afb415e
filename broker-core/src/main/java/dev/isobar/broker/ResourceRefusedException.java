package dev.isobar.broker;

/// Bytes were asked for in a place where a refusal has no other way to be an answer.
public final class ResourceRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ResourceRefusal refusal;

    /// @param refusal why the bytes were not given
    public ResourceRefusedException(ResourceRefusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    /// Why the bytes were not given, with the numbers.
    public ResourceRefusal refusal() {
        return refusal;
    }
}
