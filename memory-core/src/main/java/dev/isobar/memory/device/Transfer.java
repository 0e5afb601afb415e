package dev.isobar.memory.device;

/// A copy that was handed to the device.
///
/// *One thread at a time.*
public interface Transfer {

    /// Whether it has ended, well or badly.
    ///
    /// @throws DeviceException if that cannot be found out
    boolean done();

    /// Waits for the end.
    ///
    /// @return how long the copy took, in nanoseconds, by the device's clock
    /// @throws DeviceException if the copy failed
    long await();

    /// Gives back what the driver holds for it. To be called once, when it has ended. What the
    /// driver refuses is offered again when the memory is closed.
    void release();
}
