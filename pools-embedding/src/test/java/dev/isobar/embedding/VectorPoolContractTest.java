package dev.isobar.embedding;

import dev.isobar.pool.EvictionPriority;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.contract.PoolContract;

/// What holds for every pool holds for one of vectors off the heap.
class VectorPoolContractTest extends PoolContract<CachedVector> {

    private final VectorMemory store =
            new VectorMemory("vectors", 10 * LIMIT_BYTES, VectorEncoding.FLOAT32, System::nanoTime);

    @Override
    protected PagedResourcePool<String, CachedVector> newPool() {
        return new PagedResourcePool<>(
                PoolConfig.<String, CachedVector>builder("vectors")
                        .limitBytes(LIMIT_BYTES)
                        .sizer(CachedVector::occupiedBytes)
                        .priority(EvictionPriority.lru())
                        .closer(store::free)
                        .build());
    }

    @Override
    protected CachedVector newValue(long bytes) {
        return store.write(new float[Math.toIntExact(bytes / Float.BYTES)]);
    }
}
