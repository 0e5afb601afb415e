package dev.isobar.pool;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.contract.PressureSourceContract;

/// A pool is a source like any other.
class PoolAsSourceTest extends PressureSourceContract {

    private static final int BLOCKS = 8;

    @Override
    protected PressureSource filled() {
        return fill().pool;
    }

    @Override
    protected PressureSource empty() {
        return new PoolFixture(1_000).pool;
    }

    @Override
    protected PressureSource allPinned() {
        PoolFixture f = fill();
        for (int i = 0; i < BLOCKS; i++) {
            f.lease("k" + i);
        }
        return f.pool;
    }

    @Override
    protected PressureSource unmanaged() {
        PoolFixture f = new PoolFixture(1_000);
        f.pool.limitBytes(0);
        return f.pool;
    }

    private static PoolFixture fill() {
        var f = new PoolFixture(1_000);
        for (int i = 0; i < BLOCKS; i++) {
            f.put("k" + i, 100);
        }
        return f;
    }
}
