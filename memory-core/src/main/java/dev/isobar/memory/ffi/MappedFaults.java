package dev.isobar.memory.ffi;

/// Makes the virtual machine say at once that a mapped file was cut short.
///
/// Whoever touches a mapping behind the end of its file gets an `InternalError`, and compiled code gets it
/// not where it touched the memory but at the next point at which the thread may stop: perhaps only in the
/// caller, where nobody expects it. A call into the virtual machine is such a point.
public final class MappedFaults {

    private static final Object ANY = new Object();

    private MappedFaults() {}

    /// Throws the error now if one is due. To be called inside of the `try` that is to catch it, after the
    /// memory was touched. Costs some tens of nanoseconds.
    ///
    /// @throws InternalError if the calling thread has touched memory that is not there
    public static void raise() {
        // Native, cheap, and without effect.
        var _ = Thread.holdsLock(ANY);
    }
}
