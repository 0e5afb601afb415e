package dev.isobar.broker;

/// Hears of what people should hear of.
///
/// It is called on a thread of the broker's, after the pass, with no lock held: it may register
/// sources and call the broker. A listener that throws or hangs is counted, and stops nothing; while
/// it hangs, it misses alerts. One listener gets its alerts one at a time, in order.
@FunctionalInterface
public interface AlertListener {

    /// Something happened.
    void onAlert(PressureAlert alert);
}
