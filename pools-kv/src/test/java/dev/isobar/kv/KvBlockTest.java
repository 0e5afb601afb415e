package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A handle reads its holder's bytes, or fails by name.
class KvBlockTest {

    private final KvPool pool = Pools.pool(4, 2);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void handle_readsWhatItsSequenceWrote() {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 5)))) {
            one.reserve(5);
            one.write(0, 3, MemorySegment.ofArray(new byte[] {42}));
            KvBlock before = one.handle(0);
            one.commit(5);
            assertThat(one.handle(0)).isEqualTo(before);
            assertThat(read(before)).isEqualTo((byte) 42);
        }
    }

    @Test
    void handle_ofAFreedBlock_failsByName_alsoWhenItHasANewHolder() {
        KvBlock old;
        try (KvSequence one = filled(pool, range(0, 3))) {
            old = one.handle(0);
        }
        assertThatThrownBy(() -> read(old))
                .isInstanceOf(StaleBlockException.class)
                .hasMessage(
                        "pool kv: stale handle: block 1 (free, users=0, children=0) in generation 2,"
                                + " the handle is of 1");
        try (KvSequence next = filled(pool, range(100, 103))) {
            assertThat(next.block(0)).isEqualTo(old.number());
            assertThatThrownBy(() -> read(old))
                    .isInstanceOfSatisfying(
                            StaleBlockException.class,
                            stale -> {
                                assertThat(stale.block()).isEqualTo(1);
                                assertThat(stale.handleGeneration()).isEqualTo(1);
                                assertThat(stale.blockGeneration()).isEqualTo(2);
                            });
            assertThat(read(next.handle(0))).isZero();
        }
    }

    /// As often as generations once took to begin again, and once more.
    @Test
    void handle_keptOver8192Holders_isStale() {
        KvBlock old;
        try (KvSequence one = filled(pool, range(0, 3))) {
            old = one.handle(0);
        }
        for (int holder = 1; holder <= 8_193; holder++) {
            try (KvSequence next = filled(pool, range(10, 13))) {
                assertThat(next.block(0)).isEqualTo(old.number());
                assertThatThrownBy(() -> read(old)).isInstanceOf(StaleBlockException.class);
            }
        }
    }

    @Test
    void handle_ofABlockThatNobodyUses_isStale_andGoodAgainWhenItsContentIsFound() {
        KvBlock handle;
        try (KvSequence one = filled(pool, range(0, 5))) {
            handle = one.handle(0);
        }
        assertThatThrownBy(() -> read(handle))
                .isInstanceOf(StaleBlockException.class)
                .hasMessageContaining("block 1 (kept, users=0");
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 5)))) {
            assertThat(again.handle(0)).isEqualTo(handle);
            assertThat(read(handle)).isZero();
        }
    }

    @Test
    void handle_ofAnotherPool_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(new KvBlock("other", 1, 1)))
                .withMessageContaining("pool kv has no block KvBlock[pool=other");
        assertThatIllegalArgumentException().isThrownBy(() -> read(new KvBlock("kv", 3, 1)));
    }

    private byte read(KvBlock handle) {
        byte[] bytes = new byte[1];
        pool.read(handle, 3, MemorySegment.ofArray(bytes));
        return bytes[0];
    }
}
