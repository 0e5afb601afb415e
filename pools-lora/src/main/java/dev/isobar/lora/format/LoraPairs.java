package dev.isobar.lora.format;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts the A and B of each module together, and checks that they go together.
final class LoraPairs {

    private final String file;
    private final boolean grouped;
    private final TreeMap<String, Pair> pairs = new TreeMap<>();

    /// @param grouped whether the B of a convolution may have the rank divided by its groups
    LoraPairs(String file, boolean grouped) {
        this.file = file;
        this.grouped = grouped;
    }

    /// @param rankDimension which dimension is the rank; below 0, counted from the last
    void a(String module, TensorInfo tensor, int rankDimension) {
        Pair pair = pairs.computeIfAbsent(module, _ -> new Pair());
        pair.a = single(pair.a, tensor);
        pair.aRankDimension = rankDimension;
    }

    /// @param rankDimension which dimension is the rank; below 0, counted from the last
    void b(String module, TensorInfo tensor, int rankDimension) {
        Pair pair = pairs.computeIfAbsent(module, _ -> new Pair());
        pair.b = single(pair.b, tensor);
        pair.bRankDimension = rankDimension;
    }

    /// All modules by name.
    List<LoraModule> modules(Scaling scaling) {
        if (pairs.isEmpty()) {
            throw AdapterFormatException.of(FormatFault.MISSING, file, "has no LoRA tensors");
        }
        List<LoraModule> modules = new ArrayList<>();
        pairs.forEach((name, pair) -> modules.add(module(name, pair, scaling)));
        return modules;
    }

    private LoraModule module(String name, Pair pair, Scaling scaling) {
        TensorInfo a = pair.a;
        TensorInfo b = pair.b;
        if (a == null || b == null) {
            TensorInfo there = a == null ? b : a;
            throw fault(
                    FormatFault.BAD_PAIR,
                    there == null ? name : there.name(),
                    "has no " + (a == null ? "A" : "B") + " beside it");
        }
        long rank = dimension(a, pair.aRankDimension);
        long other = dimension(b, pair.bRankDimension);
        if (a.shape().size() != b.shape().size()) {
            throw fault(
                    FormatFault.BAD_PAIR,
                    b.name(),
                    "has shape %s, but %s has %s".formatted(b.shape(), a.name(), a.shape()));
        }
        if (rank != other && !isGrouped(b, rank, other)) {
            throw fault(
                    FormatFault.BAD_PAIR,
                    b.name(),
                    "has rank %d by its shape %s, but %s has rank %d"
                            .formatted(other, b.shape(), a.name(), rank));
        }
        return scaling.scale(name, a, b, Math.toIntExact(rank));
    }

    private boolean isGrouped(TensorInfo b, long rank, long other) {
        return grouped && b.shape().size() > 2 && rank % other == 0;
    }

    private long dimension(TensorInfo tensor, int index) {
        if (!tensor.type().carriesWeights()) {
            throw fault(
                    FormatFault.BAD_TYPE,
                    tensor.name(),
                    "%s is no type of weights: wanted F32, F16, BF16, or quantised blocks"
                            .formatted(tensor.type()));
        }
        if (tensor.shape().size() < 2 || tensor.bytes() == 0) {
            throw fault(
                    FormatFault.BAD_SHAPE,
                    tensor.name(),
                    "shape %s is no matrix".formatted(tensor.shape()));
        }
        long rank = tensor.shape().get(index < 0 ? tensor.shape().size() + index : index);
        if (rank > Integer.MAX_VALUE) {
            throw fault(FormatFault.BAD_SHAPE, tensor.name(), "rank " + rank);
        }
        return rank;
    }

    private TensorInfo single(@Nullable TensorInfo there, TensorInfo tensor) {
        if (there != null) {
            throw fault(
                    FormatFault.DUPLICATE_NAME,
                    tensor.name(),
                    "is the same matrix as " + there.name());
        }
        return tensor;
    }

    private AdapterFormatException fault(FormatFault fault, String tensor, String reason) {
        return AdapterFormatException.at(fault, file, tensor, reason);
    }

    /// Checks a pair's rank, and makes a module of it.
    @FunctionalInterface
    interface Scaling {
        LoraModule scale(String name, TensorInfo a, TensorInfo b, int rank);
    }

    private static final class Pair {
        private @Nullable TensorInfo a;
        private @Nullable TensorInfo b;
        private int aRankDimension;
        private int bRankDimension;
    }
}
