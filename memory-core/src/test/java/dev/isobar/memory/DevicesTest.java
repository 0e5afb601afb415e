package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class DevicesTest {

    @Test
    void discover_speaksOfEveryKind_andNeverThrows() {
        assertThat(Devices.discover())
                .extracting(SpaceDescription::kind)
                .contains(SpaceKind.OPENCL, SpaceKind.CUDA)
                .doesNotContain(SpaceKind.HOST);
    }

    @Test
    void noLibrary_saysWhatWasTried() {
        List<String> names = List.of("libno-such-thing.so.1", "/nowhere/libno-such-thing.so");
        assertThat(reason(Devices.openCl(names)))
                .contains("library not found", names.get(0), names.get(1), "apt install");
        assertThat(reason(Devices.cuda(names))).contains("library not found", names.get(0));
    }

    @Test
    void libraryThatLacksAFunction_saysWhich() {
        assertThat(reason(Devices.cuda(List.of("libc.so.6")))).contains("libc.so.6", " cu");
        assertThat(reason(Devices.openCl(List.of("libc.so.6")))).contains("libc.so.6", " cl");
    }

    @Nested
    @ExtendWith(Needed.Compiler.class)
    class WithAStandIn {

        @BeforeEach
        @AfterEach
        void reset() {
            StandIn.cuda().reset();
            StandIn.openCl().reset();
        }

        @Test
        void devices_areDescribedInOrder() {
            StandIn.cuda().capacity(1L << 28);
            assertThat(StandIn.cuda().discover())
                    .extracting(each -> (SpaceDescription.Available) each)
                    .satisfiesExactly(
                            first -> {
                                assertThat(first.id()).isEqualTo("cuda-0");
                                assertThat(first.device()).isEqualTo("Stand-in GPU 0");
                                assertThat(first.capacityBytes()).isEqualTo(1L << 28);
                                assertThat(first.freeBytes()).hasValue(1L << 28);
                            },
                            second -> assertThat(second.device()).isEqualTo("Stand-in GPU 1"));
            StandIn.cuda().assertNothingIsLeft();
            assertThat(StandIn.openCl().discover())
                    .extracting(each -> ((SpaceDescription.Available) each).id())
                    .containsExactly("opencl-0", "opencl-1");
            StandIn.openCl().assertNothingIsLeft();
        }

        @Test
        void driverThatFails_isNamedWithItsError() {
            StandIn.cuda().fail("cuInit", 1, 1, 999);
            assertThat(reason(StandIn.cuda().discover()))
                    .isEqualTo("the driver failed: cuInit answered CUDA_ERROR_UNKNOWN");
            StandIn.openCl().fail("clGetPlatformIDs", 1, 1, -6);
            assertThat(reason(StandIn.openCl().discover())).contains("CL_OUT_OF_HOST_MEMORY");
        }

        @Test
        void driverWithoutDevices_saysSo() {
            StandIn.cuda().fail("cuDeviceGetCount", 1, 1, 100);
            assertThat(reason(StandIn.cuda().discover())).contains("no device");
            StandIn.openCl().fail("clGetPlatformIDs", 1, 1, -1001);
            assertThat(reason(StandIn.openCl().discover())).contains("no device");
            StandIn.openCl().fail("clGetDeviceIDs", 1, 10, -1);
            assertThat(reason(StandIn.openCl().discover())).contains("no device");
        }

        @Test
        void unknownCode_isItsOwnName() {
            StandIn.cuda().fail("cuInit", 1, 1, 12345);
            assertThat(reason(StandIn.cuda().discover())).contains("12345");
            StandIn.openCl().fail("clGetPlatformIDs", 1, 1, -4321);
            assertThat(reason(StandIn.openCl().discover())).contains("-4321");
        }

        @Test
        void open_badArguments_areRefused() {
            var device = (SpaceDescription.Available) StandIn.cuda().discover().getFirst();
            assertThatThrownBy(() -> device.open(" ", 10))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> device.open("none", 0))
                    .isInstanceOf(IllegalArgumentException.class);
            StandIn.cuda().assertNothingIsLeft();
        }

        @Test
        void twoSpacesOfOneGpu_copyStraight_andShareTheContext() {
            try (DeviceSpace one = StandIn.cuda().open("one", 1 << 20)) {
                DeviceSpace other = StandIn.cuda().open("other", 1 << 20);
                assertThat(StandIn.cuda().alive(StandIn.Kind.CONTEXT)).isOne();
                MemoryBlock from = one.allocate(1000);
                MemoryBlock to = other.allocate(1000);
                StandIn.cuda().fail("cuMemcpyDtoDAsync", Integer.MAX_VALUE, 1, 999);
                other.copyAcross(from, 0, to, 0, 1000);
                assertThat(StandIn.cuda().calls()).isOne();
                other.close();
                assertThat(StandIn.cuda().alive(StandIn.Kind.MEMORY)).isOne();
            }
            StandIn.cuda().assertNothingIsLeft();
        }

        @Test
        void pinnedMemory_isCounted_andGoesWithTheSpace() {
            PinnedMemory left;
            try (CudaSpace space = (CudaSpace) StandIn.cuda().open("pinned", 1 << 20)) {
                PinnedMemory pinned = space.allocatePinned(5000);
                left = space.allocatePinned(3000);
                assertThat(space.pinnedBytes()).isEqualTo(8000);
                assertThat(pinned.segment().byteSize()).isEqualTo(5000);
                StandIn.cuda().fail("cuMemFreeHost", 1, 1, 999);
                assertThatThrownBy(pinned::close)
                        .isInstanceOf(MemorySpaceException.class)
                        .hasMessageContaining("cuMemFreeHost");
                assertThat(space.pinnedBytes()).isEqualTo(8000);
                pinned.close();
                pinned.close();
                assertThat(space.pinnedBytes()).isEqualTo(3000);
                assertThat(StandIn.cuda().alive(StandIn.Kind.PINNED)).isOne();
            }
            left.close();
            StandIn.cuda().assertNothingIsLeft();
        }
    }

    private static String reason(List<SpaceDescription> descriptions) {
        assertThat(descriptions).hasSize(1);
        return ((SpaceDescription.Unavailable) descriptions.getFirst()).reason();
    }
}
