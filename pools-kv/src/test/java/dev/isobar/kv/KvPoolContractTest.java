package dev.isobar.kv;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.contract.PressureSourceContract;
import dev.isobar.memory.MemorySpace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// A KV pool is a source like any other.
class KvPoolContractTest extends PressureSourceContract {

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Override
    protected PressureSource filled() {
        KvPool pool = pool();
        for (int one = 0; one < 12; one++) {
            Pools.filled(pool, Pools.range(one * 100, one * 100 + 16)).close();
        }
        return pool;
    }

    @Override
    protected PressureSource empty() {
        return pool();
    }

    @Override
    protected PressureSource allPinned() {
        KvPool pool = pool();
        for (int one = 0; one < 16; one++) {
            open.add(Pools.filled(pool, Pools.range(one * 100, one * 100 + 16)));
        }
        return pool;
    }

    @Override
    protected PressureSource unmanaged() {
        KvPool pool = pool();
        pool.limitBytes(0);
        return pool;
    }

    private KvPool pool() {
        MemorySpace space = Pools.space();
        KvPool pool = new KvPool(Pools.config(4, 64).blocksPerSegment(4).build(), space);
        open.add(space);
        open.add(pool);
        return pool;
    }
}
