package dev.isobar.memory;

class OpenClFaultsTest extends DeviceFaultContract {

    @Override
    StandIn standIn() {
        return StandIn.openCl();
    }

    @Override
    Words words() {
        return new Words(
                -4,
                "CL_MEM_OBJECT_ALLOCATION_FAILURE",
                -2,
                "CL_DEVICE_NOT_AVAILABLE",
                -59,
                "CL_INVALID_OPERATION",
                "clReleaseMemObject",
                "clEnqueueWriteBuffer");
    }
}
