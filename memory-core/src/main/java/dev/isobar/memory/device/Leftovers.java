package dev.isobar.memory.device;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/// Small things that a driver would not take back, events mostly: kept, and offered again at the
/// end, so that a passing failure loses nothing.
///
/// *Safe for several threads.*
public final class Leftovers {

    private final Queue<BooleanSupplier> kept = new ConcurrentLinkedQueue<>();

    /// Gives something back, now or later.
    ///
    /// @param step answers whether the driver took it
    public void giveBack(BooleanSupplier step) {
        if (!step.getAsBoolean()) {
            kept.add(step);
        }
    }

    /// Offers everything again that was not taken.
    public void retry() {
        for (int left = kept.size(); left > 0; left--) {
            BooleanSupplier step = kept.poll();
            if (step != null) {
                giveBack(step);
            }
        }
    }
}
