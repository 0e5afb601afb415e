package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.MemorySpace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What others see, and do, while bytes are on their way. The tier's space runs a piece of code in the middle
/// of each copy; it is the same thread, so every order here is the only one there is.
class TierTrafficTest {

    private static final KvShape SHAPE = Pools.shape(4);
    private static final Runnable NOTHING = () -> {};

    private final MemorySpace host = Pools.space();
    private Runnable duringStore = NOTHING;
    private Runnable duringLoad = NOTHING;
    private final MemorySpace below = hooked();
    private final KvTier tier = new KvTier(KvTierConfig.of("below", SHAPE, 16), below);
    private KvPool pool = new KvPool(Pools.config(4, 12).build(), host, tier);
    private final List<KvSequence> others = new ArrayList<>();

    @BeforeEach
    void open() {
        duringStore = NOTHING;
        duringLoad = NOTHING;
    }

    @AfterEach
    void allComesBack() {
        others.forEach(KvSequence::close);
        pool.checkInvariants();
        tier.ledger().table().checkInvariants();
        assertThat(pool.stats().leavingBlocks()).isZero();
        assertThat(tier.stats().failures()).isZero();
        pool.close();
        tier.close();
        assertThat(host.usedBytes()).isZero();
        host.close();
    }

    @Test
    void leavingBlocks_areFoundNoMore_andHandedOutToNobody() {
        filled(pool, range(0, 32)).close(); // eight blocks, four are free
        boolean[] seen = {false};
        duringStore =
                () -> {
                    pool.checkInvariants();
                    KvStats now = pool.stats();
                    assertThat(now.leavingBlocks()).isEqualTo(2);
                    assertThat(now.freeBlocks()).isEqualTo(4);
                    assertThat(now.idleBlocks()).isEqualTo(6);
                    assertThat(pool.peek(KvPrompt.of(range(0, 33)))).isEqualTo(24);
                    assertThat(pool.reset()).isFalse();
                    seen[0] = true;
                };
        try (KvSequence one = pool.open(KvPrompt.of(range(100, 124)))) {
            assertThat(one.reserve(24)).isEqualTo(new Room.Ready(6, 2));
            assertThat(seen[0]).isTrue();
        }
    }

    /// Each time that the bytes are below, somebody else has taken two free blocks; at last, what goes is
    /// dropped, and there is room.
    @Test
    void roomTakenMeanwhile_isMadeAgain_aFewTimes() {
        filled(pool, range(0, 32)).close();
        int[] steals = {0};
        duringStore =
                () -> {
                    if (pool.stats().freeBlocks() >= 2 && steals[0] < 3) {
                        Runnable again = duringStore;
                        duringStore = NOTHING;
                        int from = 500 + 100 * steals[0]++;
                        others.add(filled(pool, range(from, from + 8)));
                        duringStore = again;
                    }
                };
        try (KvSequence one = pool.open(KvPrompt.of(range(100, 124)))) {
            Room room = one.reserve(24);
            assertThat(room).isInstanceOf(Room.Ready.class);
            assertThat(steals[0]).isPositive();
            assertThat(room.evictedBlocks()).isGreaterThan(2);
            assertThat(one.blocks()).isEqualTo(6);
        }
    }

    @Test
    void loadingBlocks_canBeJoined_andDoNotGoFromTheTier() {
        pool.close();
        pool = new KvPool(Pools.config(4, 8).build(), host, tier);
        filled(pool, range(0, 16)).close();
        filled(pool, range(100, 132)).close(); // the first four are below now
        int[] pending = {0};
        duringLoad =
                () -> {
                    duringLoad = NOTHING;
                    assertThat(tier.ledger().evictable()).isEqualTo(tier.stats().heldBlocks() - 4);
                    assertThat(tier.reset()).isFalse();
                    try (KvSequence same = pool.open(KvPrompt.of(range(0, 17)))) {
                        pending[0] = same.pendingTokens();
                        assertThat(same.cachedTokens()).isZero();
                    }
                };
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(one.cachedTokens()).isEqualTo(16);
            assertThat(pending[0]).isEqualTo(16);
        }
        assertThat(tier.ledger().table().used()).isZero();
    }

    @Test
    void closeOfThePool_whileBlocksLeave_letsTheirMemoryGoLater() {
        filled(pool, range(0, 48)).close();
        KvSequence one = pool.open(KvPrompt.of(range(100, 108)));
        duringStore =
                () -> {
                    duringStore = NOTHING;
                    pool.close();
                    one.close();
                    assertThat(host.usedBytes()).isEqualTo(tier.stats().committedBytes() + 12 * 64);
                };
        assertThat(catchReserve(one)).hasMessageContaining("closed");
        assertThat(host.usedBytes()).isEqualTo(tier.stats().committedBytes());
        assertThat(tier.stats().storedBlocks()).isEqualTo(2);
    }

    private static Throwable catchReserve(KvSequence one) {
        return org.assertj.core.api.Assertions.catchThrowable(() -> one.reserve(8));
    }

    private MemorySpace hooked() {
        return (MemorySpace)
                Proxy.newProxyInstance(
                        MemorySpace.class.getClassLoader(),
                        new Class<?>[] {MemorySpace.class},
                        (_, method, arguments) -> {
                            switch (method.getName()) {
                                case "copyIn" -> duringStore.run();
                                case "copyOut" -> duringLoad.run();
                                default -> {}
                            }
                            try {
                                return method.invoke(host, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
