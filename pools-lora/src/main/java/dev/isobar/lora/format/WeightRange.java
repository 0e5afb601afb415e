package dev.isobar.lora.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Bytes of a file that belong to an adapter, and their place among its loaded bytes.
///
/// *Immutable.*
///
/// @param offset where they begin in the file
/// @param bytes how many they are; at least 1
/// @param position where they begin in what is loaded
public record WeightRange(long offset, long bytes, long position) {

    /// Where they end in the file.
    public long end() {
        return offset + bytes;
    }

    /// The tensors that are wanted, those beside each other in one range, with the padding between them.
    static List<WeightRange> of(TensorFile file, Predicate<TensorInfo> wanted) {
        List<WeightRange> ranges = new ArrayList<>();
        long position = 0;
        long begin = -1;
        long end = -1;
        for (TensorInfo tensor : file.tensors()) {
            if (wanted.test(tensor)) {
                begin = begin < 0 ? tensor.offset() : begin;
                end = tensor.end();
            } else if (begin >= 0) {
                ranges.add(new WeightRange(begin, end - begin, position));
                position += end - begin;
                begin = -1;
            }
        }
        if (begin >= 0) {
            ranges.add(new WeightRange(begin, end - begin, position));
        }
        return ranges;
    }
}
