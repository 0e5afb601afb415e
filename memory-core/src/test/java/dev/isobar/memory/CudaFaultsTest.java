package dev.isobar.memory;

class CudaFaultsTest extends DeviceFaultContract {

    @Override
    StandIn standIn() {
        return StandIn.cuda();
    }

    @Override
    Words words() {
        return new Words(
                2,
                "CUDA_ERROR_OUT_OF_MEMORY",
                700,
                "CUDA_ERROR_ILLEGAL_ADDRESS",
                999,
                "CUDA_ERROR_UNKNOWN",
                "cuMemFree",
                "cuMemcpyHtoDAsync");
    }
}
