package dev.isobar.broker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits between two ticks. Tests put their own time in its place.
interface TickWait {

    /// By the clock of the machine.
    TickWait REAL = (interval, stop) -> stop.await(interval.toNanos(), TimeUnit.NANOSECONDS);

    /// Waits for an interval, or until there shall be no more ticks.
    ///
    /// @param stop is open when there shall be no more ticks
    /// @return whether there shall be no more ticks
    boolean await(Duration interval, CountDownLatch stop) throws InterruptedException;
}
