package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The contract on a real GPU, where there is one.
@AddLifecycleHook(Needed.Gpu.class)
class CudaSpaceTest extends DeviceSpaceContract {

    @BeforeAll
    static void orSkip() {
        new Needed.Gpu().orSkip();
    }

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return Needed.gpu().open("cuda-test", capacityBytes);
    }

    @Test
    void pinnedMemory_isCopiedAsynchronously() {
        try (CudaSpace space = (CudaSpace) newSpace(1 << 26);
                PinnedMemory pinned = space.allocatePinned(1 << 24)) {
            MemoryBlock block = space.allocate(1 << 24);
            pinned.segment().fill((byte) 3);
            space.copyInAsync(pinned.segment(), block, 0).await();
            pinned.segment().fill((byte) 0);
            CopyReport report = space.copyOutAsync(block, 0, pinned.segment()).await();
            assertThat(pinned.segment().mismatch(MemorySegment.ofArray(filledBytes())))
                    .isEqualTo(-1);
            assertThat(report.nanos()).isPositive();
        }
    }

    private static byte[] filledBytes() {
        byte[] bytes = new byte[1 << 24];
        Arrays.fill(bytes, (byte) 3);
        return bytes;
    }
}
