package dev.isobar.memory;

import dev.isobar.memory.device.DeviceMemory;
import java.lang.foreign.MemorySegment;

/// How bytes get to and from a device, by way of a staging buffer where there is no straight way.
///
/// *Safe for several threads.* The blocks of its own space are checked, and kept alive, by the
/// caller.
final class DeviceCopies {

    private final DeviceMemory memory;
    private final StagingBuffers staging;

    DeviceCopies(DeviceMemory memory, StagingBuffers staging) {
        this.memory = memory;
        this.staging = staging;
    }

    void write(MemorySegment source, DeviceBlock to, long toOffset) {
        long bytes = source.byteSize();
        if (bytes > 0 && source.isNative()) {
            memory.write(to.handle, to.at(toOffset), source);
            return;
        }
        inPieces(
                bytes,
                false,
                (offset, buffer) -> {
                    buffer.copyFrom(source.asSlice(offset, buffer.byteSize()));
                    memory.write(to.handle, to.at(toOffset + offset), buffer);
                });
    }

    void read(DeviceBlock from, long fromOffset, MemorySegment target) {
        long bytes = target.byteSize();
        if (bytes > 0 && target.isNative()) {
            memory.read(from.handle, from.at(fromOffset), target);
            return;
        }
        inPieces(
                bytes,
                false,
                (offset, buffer) -> {
                    memory.read(from.handle, from.at(fromOffset + offset), buffer);
                    target.asSlice(offset, buffer.byteSize()).copyFrom(buffer);
                });
    }

    /// Copies between two blocks whose handles the device knows.
    void inDevice(DeviceBlock from, long fromOffset, DeviceBlock to, long toOffset, long bytes) {
        if (bytes == 0) {
            return;
        }
        if (overlap(from, fromOffset, to, toOffset, bytes)) {
            byWayOfTheHost(from, fromOffset, to, toOffset, bytes);
        } else {
            memory.copy(from.handle, from.at(fromOffset), to.handle, to.at(toOffset), bytes);
        }
    }

    /// Copies from a block that only its own space can read.
    void fromElsewhere(
            MemoryBlock from, long fromOffset, DeviceBlock to, long toOffset, long bytes) {
        inPieces(
                bytes,
                false,
                (offset, buffer) -> {
                    from.space().copyOut(from, fromOffset + offset, buffer);
                    memory.write(to.handle, to.at(toOffset + offset), buffer);
                });
    }

    static boolean overlap(
            DeviceBlock from, long fromOffset, DeviceBlock to, long toOffset, long bytes) {
        return from == to && Math.abs(fromOffset - toOffset) < bytes;
    }

    /// Copies within a block. Devices do not copy ranges that overlap. A piece is read as a whole
    /// before it is written, and pieces go in the direction in which none is overwritten unread.
    private void byWayOfTheHost(
            DeviceBlock from, long fromOffset, DeviceBlock to, long toOffset, long bytes) {
        inPieces(
                bytes,
                toOffset > fromOffset,
                (offset, buffer) -> {
                    memory.read(from.handle, from.at(fromOffset + offset), buffer);
                    memory.write(to.handle, to.at(toOffset + offset), buffer);
                });
    }

    private void inPieces(long bytes, boolean backwards, Piece piece) {
        if (bytes == 0) {
            return;
        }
        staging.use(buffer -> {
            long size = buffer.byteSize();
            long pieces = (bytes + size - 1) / size;
            for (long step = 0; step < pieces; step++) {
                long offset = size * (backwards ? pieces - 1 - step : step);
                piece.copy(offset, buffer.asSlice(0, Math.min(size, bytes - offset)));
            }
        });
    }

    private interface Piece {
        void copy(long offset, MemorySegment buffer);
    }
}
