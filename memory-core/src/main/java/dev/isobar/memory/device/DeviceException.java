package dev.isobar.memory.device;

/// A driver's function answered with an error.
public final class DeviceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// What an error means to a space.
    public enum Meaning {
        /// The device has no room. The same call may work when something was freed.
        NO_ROOM,
        /// The device or its context is gone with all that was in it. No call will work again.
        LOST,
        /// Anything else.
        OTHER
    }

    private final String function;
    private final String codeName;
    private final int code;
    private final Meaning meaning;

    /// @param function the native function that failed
    /// @param codeName the error's name in the driver's documentation
    /// @param code its number there
    public DeviceException(String function, String codeName, int code, Meaning meaning) {
        super(function + " answered " + codeName);
        this.function = function;
        this.codeName = codeName;
        this.code = code;
        this.meaning = meaning;
    }

    /// The native function that failed.
    public String function() {
        return function;
    }

    /// The error's name in the driver's documentation.
    public String codeName() {
        return codeName;
    }

    /// The error's number in the driver's documentation.
    public int code() {
        return code;
    }

    /// What it means to a space.
    public Meaning meaning() {
        return meaning;
    }
}
