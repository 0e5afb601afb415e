package dev.isobar.broker;

/// One signal, as a policy sees it.
///
/// *Immutable.*
///
/// @param name the signal's name
/// @param pressure what it said last: at least 0, may exceed 1; 0 while it is set aside
/// @param capacityBytes the size of the resource; 0 if the signal does not know it
/// @param ageNanos how old the reading is; at least 0
/// @param quarantined whether it is set aside because it failed; then its pressure counts nothing
public record SignalState(
        String name, double pressure, long capacityBytes, long ageNanos, boolean quarantined) {

    /// @throws IllegalArgumentException if a number is out of bounds
    public SignalState {
        Resource.requireName(name, "signal name");
        if (!(pressure >= 0) || Double.isInfinite(pressure)) {
            throw Settings.bad("pressure", pressure, "must be a number that is at least 0");
        }
        Settings.requireAtLeast("capacityBytes", capacityBytes, 0);
        Settings.requireAtLeast("ageNanos", ageNanos, 0);
    }
}
