package dev.isobar.memory.load;

import java.util.List;
import java.util.stream.IntStream;

/// In which order layers are wanted, over and over, and where in it we are.
///
/// *Guarded by caller.* Allocates nothing.
final class LayerSchedule {

    private final int[] order;
    private int cursor;

    /// @param layers layer numbers; empty for one after the other
    LayerSchedule(List<Integer> layers, int count) {
        this.order =
                layers.isEmpty()
                        ? IntStream.range(0, count).toArray()
                        : layers.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Goes on to where the layer is wanted next; stays if it is not in the schedule.
    void moveTo(int layer) {
        int steps = stepsFrom(cursor, layer);
        if (steps < order.length) {
            cursor = (cursor + steps) % order.length;
        }
    }

    /// In how many steps after the current one a layer is wanted; more than [#length()] if never.
    int stepsUntil(int layer) {
        return 1 + stepsFrom((cursor + 1) % order.length, layer);
    }

    /// The layer that is wanted after so many steps.
    int after(int steps) {
        return order[(cursor + steps) % order.length];
    }

    int length() {
        return order.length;
    }

    private int stepsFrom(int position, int layer) {
        for (int steps = 0; steps < order.length; steps++) {
            if (order[(position + steps) % order.length] == layer) {
                return steps;
            }
        }
        return order.length;
    }
}
