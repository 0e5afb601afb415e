package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import java.util.Objects;

/// A range of a file, and where it is to go.
///
/// *Immutable.*
///
/// @param extent what to load
/// @param target the block it goes to, of any space
/// @param targetOffset where in the block it begins, in bytes
public record LoadItem(Extent extent, MemoryBlock target, long targetOffset) {

    /// Checks nothing but nulls: what does not fit is a [LoadException] when it is loaded, so that a
    /// batch says which item it was.
    public LoadItem {
        Objects.requireNonNull(extent, "extent");
        Objects.requireNonNull(target, "target");
    }

    void requireValid() {
        extent.requireValid();
        if (target.freed()) {
            throw problem(LoadError.TARGET_FREED, "the block was freed, or its space closed");
        }
        if (targetOffset < 0 || extent.bytes() > target.bytes() - targetOffset) {
            throw problem(
                    LoadError.TARGET_TOO_SMALL,
                    "the block has %d bytes, wanted are %d from %d on"
                            .formatted(target.bytes(), extent.bytes(), targetOffset));
        }
    }

    private LoadException problem(LoadError code, String detail) {
        return LoadException.of(code, extent.source().name(), detail)
                .at(extent.offset(), extent.bytes());
    }
}
