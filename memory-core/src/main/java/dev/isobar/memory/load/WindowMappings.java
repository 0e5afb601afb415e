package dev.isobar.memory.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The mapped tensors of a model that fits its budget, layer by layer.
///
/// *Guarded by caller:* by the monitor of the window.
final class WindowMappings {

    private static final String OWNER = "window";

    private final List<List<MappingLease>> layers = new ArrayList<>();

    /// Maps all tensors, or none.
    ///
    /// @throws WindowException `MAP_FAILED`
    void map(WindowModel model) {
        try {
            for (WindowLayer layer : model.layers()) {
                List<MappingLease> tensors = new ArrayList<>();
                layers.add(tensors);
                for (Extent extent : layer.extents) {
                    tensors.add(extent.source().map(extent.offset(), extent.bytes(), OWNER));
                }
            }
        } catch (LoadException e) {
            WindowException failure =
                    new WindowException(WindowError.MAP_FAILED, e.getMessage() + "", e);
            RuntimeException stuck = release();
            if (stuck != null) {
                failure.addSuppressed(stuck); // listed by the registry, which retries
            }
            layers.clear();
            throw failure;
        }
    }

    /// A tensor that is mapped.
    ///
    /// @throws WindowException `NOT_BOUND` if it was given back already
    MappingLease get(int layer, int tensor) {
        if (layer >= layers.size()) {
            throw new WindowException(WindowError.NOT_BOUND, "the layer was unbound already");
        }
        List<MappingLease> tensors = layers.get(layer);
        return tensors.get(Objects.checkIndex(tensor, tensors.size()));
    }

    /// Gives the mappings back, from the last one on, until one is not taken: those before it serve
    /// on.
    ///
    /// @return why it was not taken; null if none is left
    @Nullable RuntimeException release() {
        try {
            while (!layers.isEmpty()) {
                List<MappingLease> tensors = layers.getLast();
                while (!tensors.isEmpty()) {
                    tensors.getLast().close();
                    tensors.removeLast();
                }
                layers.removeLast();
            }
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }
}
