package dev.isobar.lora.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The checks that both formats share: names, shapes, sizes, and that tensors tile their part of the
/// file.
final class TensorLayout {

    private final String file;
    private final FormatLimits limits;
    private final List<TensorInfo> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    TensorLayout(String file, FormatLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    void add(String name, TensorType type, List<Long> shape, long offset, long bytes) {
        if (tensors.size() == limits.tensors()) {
            throw fault(
                    FormatFault.TOO_MUCH, name, "more than %d tensors".formatted(limits.tensors()));
        }
        if (!names.add(name)) {
            throw fault(FormatFault.DUPLICATE_NAME, name, "there are two tensors of that name");
        }
        tensors.add(new TensorInfo(name, type, shape, offset, bytes));
    }

    /// The name, if it can be one.
    String name(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw fault(
                    FormatFault.BAD_NAME,
                    name,
                    name.isEmpty() ? "a name is empty" : "a name has a NUL");
        }
        if (name.length() > limits.nameBytes()) {
            throw fault(
                    FormatFault.BAD_NAME,
                    name,
                    "a name of %d characters, at most %d"
                            .formatted(name.length(), limits.nameBytes()));
        }
        return name;
    }

    void requireDimensions(String name, long dimensions) {
        if (dimensions < 0 || dimensions > limits.dimensions()) {
            throw fault(
                    FormatFault.BAD_SHAPE,
                    name,
                    "%d dimensions, at most %d".formatted(dimensions, limits.dimensions()));
        }
    }

    /// How many bytes a tensor of that type and shape has.
    long bytes(String name, TensorType type, List<Long> shape) {
        long elements = 1;
        for (long length : shape) {
            if (length < 0) {
                throw fault(FormatFault.BAD_SHAPE, name, "shape " + shape);
            }
            elements = times(name, shape, elements, length);
        }
        long row = shape.isEmpty() ? 1 : shape.getLast();
        if (row % type.blockElements() != 0) {
            throw fault(
                    FormatFault.BAD_SHAPE,
                    name,
                    "rows of %d elements, but %s comes in blocks of %d"
                            .formatted(row, type, type.blockElements()));
        }
        return times(name, shape, elements / type.blockElements(), type.blockBytes());
    }

    /// All tensors by offset, if they tile `from` to `to` with less than `alignment` bytes between
    /// two of them.
    List<TensorInfo> tiled(long from, long to, long alignment) {
        tensors.sort(
                Comparator.comparingLong(TensorInfo::offset)
                        .thenComparingLong(TensorInfo::bytes)
                        .thenComparing(TensorInfo::name));
        long end = from;
        for (TensorInfo tensor : tensors) {
            if (tensor.offset() < end) {
                throw fault(
                        FormatFault.OVERLAP,
                        tensor.name(),
                        "begins at %d, but the tensor before it ends at %d"
                                .formatted(tensor.offset(), end));
            }
            if (tensor.offset() - end >= alignment) {
                throw fault(
                        FormatFault.HOLE,
                        tensor.name(),
                        "%d bytes before it belong to no tensor".formatted(tensor.offset() - end));
            }
            end = tensor.end();
        }
        if (to - end >= alignment) {
            throw AdapterFormatException.of(
                    FormatFault.HOLE,
                    file,
                    "%d bytes after the last tensor belong to none".formatted(to - end));
        }
        return tensors;
    }

    AdapterFormatException fault(FormatFault fault, String name, String reason) {
        return AdapterFormatException.at(fault, file, name, reason);
    }

    private long times(String name, List<Long> shape, long a, long b) {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException _) {
            throw fault(FormatFault.BAD_SHAPE, name, "shape %s is beyond 64 bits".formatted(shape));
        }
    }
}
