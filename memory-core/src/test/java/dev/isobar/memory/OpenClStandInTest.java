package dev.isobar.memory;

import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// The contract with a stand-in, and that no driver would have anything to complain of.
@AddLifecycleHook(Needed.Compiler.class)
class OpenClStandInTest extends DeviceSpaceContract {

    @BeforeAll
    static void orSkip() {
        new Needed.Compiler().orSkip();
    }

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return StandIn.openCl().open("opencl-stand-in", capacityBytes);
    }

    @BeforeEach
    @BeforeTry
    void reset() {
        StandIn.openCl().reset();
    }

    @AfterEach
    @AfterTry
    void nothingIsLeft() {
        StandIn.openCl().assertNothingIsLeft();
    }
}
