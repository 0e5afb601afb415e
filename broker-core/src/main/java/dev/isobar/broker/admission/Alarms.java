package dev.isobar.broker.admission;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Wakes whoever waits when its time is up. Tests put their own time in its place.
interface Alarms {

    /// By the clock of the machine, on the JVM's own timer thread.
    Alarms REAL =
            (nanos, task) -> {
                Future<?> alarm =
                        ForkJoinPool.commonPool().schedule(task, nanos, TimeUnit.NANOSECONDS);
                return () -> alarm.cancel(false);
            };

    /// Sets an alarm.
    ///
    /// @param nanos how long from now
    /// @param task what is run then
    /// @return takes the alarm back
    Runnable after(long nanos, Runnable task);
}
