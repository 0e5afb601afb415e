package dev.isobar.pool;

import dev.isobar.pool.contract.PoolContract;

class ValuePoolContractTest extends PoolContract<byte[]> {

    @Override
    protected PagedResourcePool<String, byte[]> newPool() {
        return new ValuePool<>(
                PoolConfig.<String, byte[]>builder("arrays")
                        .limitBytes(LIMIT_BYTES)
                        .sizer(array -> array.length)
                        .priority((entry, _) -> -entry.idleNanos()) // changes with time
                        .build());
    }

    @Override
    protected byte[] newValue(long bytes) {
        return new byte[Math.toIntExact(bytes)];
    }
}
