package dev.isobar.memory;

import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// The contract without a GPU, and that no driver would have anything to complain of.
@AddLifecycleHook(Needed.Compiler.class)
class CudaStandInTest extends DeviceSpaceContract {

    @BeforeAll
    static void orSkip() {
        new Needed.Compiler().orSkip();
    }

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return StandIn.cuda().open("cuda-stand-in", capacityBytes);
    }

    @BeforeEach
    @BeforeTry
    void reset() {
        StandIn.cuda().reset();
    }

    @AfterEach
    @AfterTry
    void nothingIsLeft() {
        StandIn.cuda().assertNothingIsLeft();
    }
}
