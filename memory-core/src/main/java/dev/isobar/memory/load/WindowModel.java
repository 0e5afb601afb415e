package dev.isobar.memory.load;

import java.util.List;

/// The layers of the model that a [StreamingWindow] runs, and how they lie in a slot.
///
/// *Immutable*, but for what the window keeps in its layers.
final class WindowModel {

    private static final long TENSOR_ALIGNMENT = 64;

    private final List<WindowLayer> layers;

    private WindowModel(List<WindowLayer> layers) {
        this.layers = layers;
    }

    /// @param model for each layer, where its tensors are
    /// @throws WindowException `NO_LAYERS` or `BAD_EXTENT`
    static WindowModel of(StreamingWindow window, List<List<Extent>> model) {
        if (model.isEmpty()) {
            throw new WindowException(WindowError.NO_LAYERS, "a model without layers");
        }
        WindowLayer[] layers = new WindowLayer[model.size()];
        for (int number = 0; number < layers.length; number++) {
            layers[number] = layer(window, number, List.copyOf(model.get(number)));
        }
        return new WindowModel(List.of(layers));
    }

    private static WindowLayer layer(StreamingWindow window, int number, List<Extent> extents) {
        if (extents.isEmpty()) {
            throw new WindowException(WindowError.NO_LAYERS, "layer " + number + " has no tensors");
        }
        long[] offsets = new long[extents.size()];
        long end = 0;
        for (int i = 0; i < offsets.length; i++) {
            requireValid(extents.get(i), number, i);
            offsets[i] = (end + TENSOR_ALIGNMENT - 1) & -TENSOR_ALIGNMENT;
            end = Math.addExact(offsets[i], extents.get(i).bytes());
        }
        return new WindowLayer(window, number, extents, offsets, end);
    }

    private static void requireValid(Extent extent, int layer, int tensor) {
        try {
            extent.requireValid();
        } catch (LoadException e) {
            throw new WindowException(
                    WindowError.BAD_EXTENT,
                    "layer %d, tensor %d: %s".formatted(layer, tensor, e.getMessage()),
                    e);
        }
    }

    int count() {
        return layers.size();
    }

    List<WindowLayer> layers() {
        return layers;
    }

    /// @throws WindowException `LAYER_OUT_OF_RANGE`
    WindowLayer layer(int number) {
        if (number < 0 || number >= layers.size()) {
            throw new WindowException(
                    WindowError.LAYER_OUT_OF_RANGE,
                    "layer %d of %d".formatted(number, layers.size()));
        }
        return layers.get(number);
    }

    /// What all layers take together, in bytes.
    long bytes() {
        long total = 0;
        for (WindowLayer layer : layers) {
            total = Math.addExact(total, layer.slotBytes);
        }
        return total;
    }

    /// What the largest layer takes, in bytes.
    long largestLayerBytes() {
        return layers.stream().mapToLong(layer -> layer.slotBytes).max().orElseThrow();
    }
}
