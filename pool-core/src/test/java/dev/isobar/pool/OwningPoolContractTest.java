package dev.isobar.pool;

import dev.isobar.pool.contract.PoolContract;

class OwningPoolContractTest extends PoolContract<Block> {

    @Override
    protected PagedResourcePool<String, Block> newPool() {
        return new PoolFixture(LIMIT_BYTES).pool;
    }

    @Override
    protected Block newValue(long bytes) {
        return new Block("value", bytes);
    }
}
