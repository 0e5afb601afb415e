package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KvSequenceTest {

    private final KvPool pool = pool(4, 8);

    @AfterEach
    void invariants() {
        pool.checkInvariants();
        assertThat(pool.stats().promisedBlocks()).isZero();
        assertThat(pool.stats().usedBlocks()).isZero();
        pool.close();
    }

    @Test
    void open_takesTheLongestPrefix_andLeavesATokenToCompute() {
        filled(pool, range(0, 8)).close();
        try (KvSequence same = pool.open(KvPrompt.of(range(0, 8)));
                KvSequence longer = pool.open(KvPrompt.of(range(0, 9)))) {
            assertThat(same.cachedTokens()).isEqualTo(4);
            assertThat(same.remainingTokens()).isEqualTo(4);
            assertThat(longer.cachedTokens()).isEqualTo(8);
        }
    }

    @Test
    void open_findsAPrefixOfAnotherBranch() {
        filled(pool, range(0, 16)).close();
        int[] branch = Pools.concat(range(0, 8), range(50, 60));
        try (KvSequence other = pool.open(KvPrompt.of(branch))) {
            assertThat(other.cachedTokens()).isEqualTo(8);
        }
    }

    @Test
    void fork_sharesBlocks_andCopiesTheTailOfWhoWritesFirst() {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 6)))) {
            one.reserve(6);
            write(one, 1, 7);
            one.commit(6);
            try (KvSequence two = one.fork()) {
                assertThat(two.blockNumbers()).isEqualTo(one.blockNumbers());
                assertThat(pool.stats().usedBlocks()).isEqualTo(2);

                assertThat(two.append(60)).isEqualTo(new Room.Ready(1, 0));
                assertThat(two.block(0)).isEqualTo(one.block(0));
                assertThat(two.block(1)).isNotEqualTo(one.block(1));
                assertThat(read(two, 1)).isEqualTo((byte) 7);
                assertThat(pool.stats().copiedBlocks()).isEqualTo(1);

                assertThat(one.append(61)).isEqualTo(new Room.Ready(0, 0));
                assertThat(pool.stats().copiedBlocks()).isEqualTo(1);
            }
        }
    }

    @Test
    void fork_withoutRoomForTheCopy_changesNothing() {
        KvPool small = pool(4, 2);
        try (KvSequence one = filled(small, range(0, 6));
                KvSequence two = one.fork()) {
            assertThat(two.append(60)).isInstanceOf(Room.Short.class);
            assertThat(two.tokens()).isEqualTo(6);
            assertThat(two.blockNumbers()).isEqualTo(one.blockNumbers());
            small.checkInvariants();
        }
        small.close();
    }

    @Test
    void truncate_intoAKeptBlock_copiesItBeforeTheNextToken() {
        try (KvSequence one = filled(pool, range(0, 8))) {
            int kept = one.block(1);
            one.truncate(6);
            assertThat(one.append(99)).isEqualTo(new Room.Ready(1, 0));
            assertThat(one.block(1)).isNotEqualTo(kept);
            try (KvSequence old = pool.open(KvPrompt.of(range(0, 9)))) {
                assertThat(old.cachedTokens()).isEqualTo(8);
            }
        }
    }

    @Test
    void truncate_givesBlocksBack_andTheNextTokensGoOnFromThere() {
        try (KvSequence one = filled(pool, range(0, 14))) {
            one.truncate(4);
            assertThat(one.blocks()).isEqualTo(1);
            one.append(range(100, 108));
            assertThat(one.tokens()).isEqualTo(12);
        }
        try (KvSequence again =
                pool.open(KvPrompt.of(Pools.concat(range(0, 4), range(100, 109))))) {
            assertThat(again.cachedTokens()).isEqualTo(12);
        }
    }

    @Test
    void snapshot_isGoneBackTo_andCopiesNothing() {
        try (KvSequence one = filled(pool, range(0, 6))) {
            KvSnapshot before = one.snapshot();
            one.append(1, 2, 3);
            try (KvSequence back = before.restore()) {
                assertThat(back.tokens()).isEqualTo(6);
                assertThat(back.block(0)).isEqualTo(one.block(0));
            }
            before.close();
            before.close();
            assertThatIllegalStateException().isThrownBy(before::restore);
        }
    }

    @Test
    void reservedBlocks_areFoundByNobody_untilTheCommit() {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 9)))) {
            one.reserve(8);
            assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isZero();
            one.commit(8);
            assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isEqualTo(8);
        }
    }

    @Test
    void abort_givesBackWhatWasReserved() {
        try (KvSequence one = filled(pool, range(0, 5))) {
            one.reserve(12);
            assertThat(pool.stats().usedBlocks()).isEqualTo(5);
            one.abort();
            assertThat(pool.stats().usedBlocks()).isEqualTo(2);
            assertThat(one.tokens()).isEqualTo(5);
        }
    }

    @Test
    void commit_withoutReservation_changesNothing() {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 9)))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> one.commit(9))
                    .withMessageContaining("9 tokens after 0 do not fit in the 0 blocks");
            one.prefill(9);
            assertThatIllegalStateException().isThrownBy(() -> one.commit(range(0, 8)));
            assertThat(one.tokens()).isEqualTo(9);
            assertThat(one.remainingTokens()).isZero();
            assertThatIllegalArgumentException().isThrownBy(() -> one.commit(1));
        }
    }

    @Test
    void append_beforeThePromptIsIn_isRefused() {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 9)))) {
            one.prefill(4);
            assertThatIllegalStateException()
                    .isThrownBy(() -> one.append(1))
                    .withMessageContaining("5 tokens of the prompt");
        }
    }

    @Test
    void write_intoASharedBlock_isRefused() {
        try (KvSequence one = filled(pool, range(0, 6))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> write(one, 0, 1))
                    .withMessageContaining("may be read by others");
            write(one, 1, 1);
            assertThatThrownBy(() -> one.write(1, 60, MemorySegment.ofArray(new byte[8])))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("60 to 68 of a block of 64");
        }
    }

    @Test
    void close_twice_releasesOnce_andNothingWorksAfterwards() {
        KvSequence one = filled(pool, range(0, 6));
        one.close();
        one.close();
        assertThat(pool.stats().usedBlocks()).isZero();
        assertThat(pool.stats().openSequences()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> one.append(1));
        assertThatIllegalStateException().isThrownBy(one::fork);
        assertThatIllegalStateException().isThrownBy(() -> one.ensureRoom(1));
    }

    @Test
    void join_sharesWhatAnotherComputes() throws Exception {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 13)))) {
            one.reserve(13);
            try (KvSequence two = pool.open(KvPrompt.of(range(0, 11)))) {
                assertThat(two.cachedTokens()).isZero();
                assertThat(two.pendingTokens()).isEqualTo(8);
                assertThat(two.join()).isEqualTo(8);
                assertThatIllegalStateException()
                        .isThrownBy(() -> two.reserve(1))
                        .withMessageContaining("awaitJoined");
                assertThatIllegalStateException()
                        .isThrownBy(() -> two.read(0, 0, MemorySegment.ofArray(new byte[1])));
                one.commit(13);
                assertThat(two.awaitJoined(Duration.ofSeconds(10))).isEqualTo(8);
                assertThat(two.cachedTokens()).isEqualTo(8);
                assertThat(two.block(1)).isEqualTo(one.block(1));
                assertThat(two.prefill(3)).isEqualTo(new Room.Ready(1, 0));
            }
            assertThat(pool.stats().joinedBlocks()).isEqualTo(2);
        }
    }

    @Test
    void join_waiterWakes_whenTheOtherCommits() throws Exception {
        KvSequence one = pool.open(KvPrompt.of(range(0, 9)));
        one.reserve(9);
        KvSequence two = pool.open(KvPrompt.of(range(0, 9)));
        two.join();
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Integer> came =
                CompletableFuture.supplyAsync(() -> {
                    started.countDown();
                    try {
                        return two.awaitJoined(Duration.ofMinutes(1));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        started.await();
        one.commit(9);
        assertThat(came.get(1, TimeUnit.MINUTES)).isEqualTo(8);
        one.close();
        two.close();
    }

    @Test
    void join_whereTheOtherGivesUp_computesItself() throws Exception {
        KvSequence one = pool.open(KvPrompt.of(range(0, 13)));
        one.reserve(13);
        one.commit(5);
        try (KvSequence two = pool.open(KvPrompt.of(range(0, 13)))) {
            assertThat(two.cachedTokens()).isEqualTo(4);
            assertThat(two.join()).isEqualTo(8);
            one.close();
            assertThat(two.awaitJoined(Duration.ofSeconds(10))).isZero();
            assertThat(two.tokens()).isEqualTo(4);
            assertThat(two.prefill(9)).isInstanceOf(Room.Ready.class);
        }
    }

    @Test
    void join_timeIsUp_givesTheBlocksBack() throws Exception {
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 9)))) {
            one.reserve(9);
            try (KvSequence two = pool.open(KvPrompt.of(range(0, 9)))) {
                two.join();
                assertThat(two.awaitJoined(Duration.ZERO)).isZero();
                assertThat(two.blocks()).isZero();
            }
            one.commit(9);
        }
    }

    @Test
    void sameContentTwice_isKeptOnce_afterTheClose() {
        try (KvSequence one = filled(pool, range(0, 9));
                KvSequence two = filled(pool, KvPrompt.of(range(0, 9)).withoutLookup())) {
            assertThat(pool.table().indexed()).isEqualTo(4);
            assertThat(one.blockNumbers()).containsExactly(1, 2, 3);
            assertThat(two.blockNumbers()).containsExactly(4, 5, 6);
        }
        assertThat(pool.table().indexed()).isEqualTo(2);
        assertThat(pool.stats().duplicates()).isEqualTo(2);
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 9)))) {
            assertThat(again.blockNumbers()).containsExactly(1, 2);
        }
    }

    private static void write(KvSequence sequence, int at, int value) {
        sequence.write(at, 0, MemorySegment.ofArray(new byte[] {(byte) value}));
    }

    private static byte read(KvSequence sequence, int at) {
        byte[] bytes = new byte[1];
        sequence.read(at, 0, MemorySegment.ofArray(bytes));
        return bytes[0];
    }
}
