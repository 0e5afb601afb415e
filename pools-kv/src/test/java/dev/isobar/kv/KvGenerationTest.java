package dev.isobar.kv;

import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Supply;
import dev.isobar.broker.admission.Ticket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Tokens claimed before work, grown while it goes on, and given back once.
class KvGenerationTest {

    private final KvPool pool = Pools.pool(4, 16); // 64 tokens
    private final Supply tokens = pool.tokenSupply();
    private final Supply lanes = Supply.counted(pool.resource(), "lanes", 4);
    private final Admission admission = Admission.of(AdmissionConfig.of("engine"), tokens, lanes);
    private final KvAdmission kv = new KvAdmission(pool, admission, tokens, 16);

    @AfterEach
    void allIsBack() {
        pool.checkInvariants();
        assertThat(pool.stats().usedBlocks()).isZero();
        assertThat(admission.snapshot().holders()).isEmpty();
        assertThat(granted()).isZero();
        pool.close();
        admission.close();
    }

    @Test
    void claim_isWholeBlocks_ofPromptAndAnswer() {
        assertThat(kv.claim(KvPrompt.of(range(0, 9)), 4).amount(tokens)).isEqualTo(16);
        assertThat(kv.claim(KvPrompt.of(range(0, 9)), 0).amount(tokens)).isEqualTo(12);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kv.claim(KvPrompt.of(1), -1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KvAdmission(pool, admission, tokens, 0));
    }

    /// A prompt of 4,506 tokens that may make 4,096: the first 512 of them are claimed, 5,018 in all, and the
    /// pool need not have room for more.
    @Test
    void claim_isForTheFirstTokens_notTheLongestAnswer() {
        try (KvPool large = Pools.pool(2, 2_509)) {
            Supply budget = large.tokenSupply();
            KvAdmission bounded = new KvAdmission(large, admission, budget, 512);
            Claim claim = bounded.claim(KvPrompt.of(new int[4_506]), 512);
            assertThat(claim.amount(budget)).isEqualTo(5_018);
            try (Admission own = Admission.of(AdmissionConfig.of("own"), budget)) {
                AdmissionAnswer answer = own.tryAdmit(AdmissionRequest.of("one", claim));
                ((AdmissionAnswer.Granted) answer).grant().close();
            }
        }
    }

    @Test
    void decode_growsTheGrantByAStep_beforeItTakesBlocks() {
        try (KvGeneration one = begin(range(0, 10), 2)) { // 12 tokens
            assertThat(one.grantedTokens()).isEqualTo(12);
            fill(one);
            append(one, 2);
            assertThat(one.grantedTokens()).isEqualTo(12);
            append(one, 1);
            assertThat(one.grantedTokens()).isEqualTo(12 + 16);
            append(one, 15);
            assertThat(one.grantedTokens()).isEqualTo(28);
            append(one, 1);
            assertThat(one.grantedTokens()).isEqualTo(44);
            assertThat(one.sequence().blocks() * 4L).isLessThanOrEqualTo(one.grantedTokens());
        }
    }

    @Test
    void growth_takesWhatIsMissing_whereAWholeStepIsTooMuch() {
        try (KvGeneration one = begin(range(0, 12), 0);
                KvGeneration _ = begin(range(100, 144), 0)) {
            fill(one);
            append(one, 1); // 8 tokens are left, a step is 16
            assertThat(one.grantedTokens()).isEqualTo(16);
        }
    }

    @Test
    void growth_refused_changesNothing_andWorksWhenOthersAreDone() {
        KvGeneration other = begin(range(100, 152), 0);
        try (KvGeneration one = begin(range(0, 12), 0)) {
            fill(one);
            int[] blocks = one.sequence().blockNumbers();
            KvGeneration.Step step = one.append(7);
            assertThat(step).isInstanceOf(KvGeneration.Step.NoBudget.class);
            assertThat(((KvGeneration.Step.NoBudget) step).answer())
                    .isInstanceOf(AdmissionAnswer.Overloaded.class);
            assertThat(one.grantedTokens()).isEqualTo(12);
            assertThat(one.sequence().blockNumbers()).isEqualTo(blocks);
            assertThat(one.sequence().tokens()).isEqualTo(12);
            other.close();
            append(one, 1);
        }
    }

    @Test
    void growth_whereThePoolHasNoRoom_isGivenBack() {
        try (KvSequence outside = Pools.filled(pool, range(500, 500 + 13 * 4));
                KvGeneration one = begin(range(0, 12), 0)) {
            fill(one);
            assertThat(outside.blocks()).isEqualTo(13);
            assertThat(one.append(7)).isNotInstanceOf(KvGeneration.Step.Done.class);
            assertThat(one.grantedTokens()).isEqualTo(12);
            assertThat(granted()).isEqualTo(12);
        }
    }

    @Test
    void growth_beyondThePool_isImpossible() {
        try (KvGeneration one = begin(range(0, 12), 0)) {
            fill(one);
            KvGeneration.Step step = one.reserve(60);
            assertThat(((KvGeneration.Step.NoBudget) step).answer())
                    .isInstanceOf(AdmissionAnswer.Impossible.class);
        }
    }

    @Test
    void close_fromManyThreads_releasesOnce_andLetsTheNextIn() throws Exception {
        KvGeneration one = begin(range(0, 40), 8);
        fill(one);
        append(one, 8);
        Ticket waiter =
                admission.submit(AdmissionRequest.of("next", Claim.of(tokens, 64).and(lanes, 1)));
        assertThat(waiter.now()).isEmpty();
        Callable<Void> close =
                () -> {
                    one.close();
                    return null;
                };
        try (var threads = Executors.newFixedThreadPool(4)) {
            threads.invokeAll(List.of(close, close, close, close));
        }
        assertThat(waiter.await()).isInstanceOf(AdmissionAnswer.Granted.class);
        assertThat(granted()).isEqualTo(64);
        assertThat(admission.snapshot().totals().released()).isEqualTo(1);
        one.close();
        assertThat(granted()).isEqualTo(64);
        waiter.close();
        assertThatIllegalStateException().isThrownBy(() -> one.append(1));
    }

    @Test
    void begin_thatFails_givesTheGrantBack() {
        KvPool closed = Pools.pool(4, 4);
        closed.close();
        KvAdmission broken = new KvAdmission(closed, admission, tokens, 16);
        AdmissionAnswer answer =
                admission.tryAdmit(AdmissionRequest.of("one", Claim.of(tokens, 4)));
        var grant = ((AdmissionAnswer.Granted) answer).grant();
        assertThatIllegalStateException()
                .isThrownBy(() -> broken.begin(KvPrompt.of(1, 2), grant))
                .withMessageContaining("is closed");
        assertThat(grant.isOpen()).isFalse();
    }

    @Test
    void sharedPrefix_isClaimedByEach_andUsedByEach() {
        try (KvGeneration one = begin(range(0, 17), 3)) {
            fill(one);
            try (KvGeneration two = begin(range(0, 17), 3)) {
                assertThat(two.sequence().cachedTokens()).isEqualTo(16);
                fill(two);
                assertThat(granted()).isEqualTo(40);
                assertThat(pool.stats().usedBlocks()).isEqualTo(6);
            }
        }
    }

    private KvGeneration begin(int[] prompt, int newTokens) {
        KvPrompt asked = KvPrompt.of(prompt);
        AdmissionAnswer answer =
                admission.tryAdmit(
                        AdmissionRequest.of("one", kv.claim(asked, newTokens).and(lanes, 1)));
        assertThat(answer).isInstanceOf(AdmissionAnswer.Granted.class);
        return kv.begin(asked, ((AdmissionAnswer.Granted) answer).grant());
    }

    private static void fill(KvGeneration one) {
        int left = one.sequence().remainingTokens();
        assertThat(one.reserve(left)).isInstanceOf(KvGeneration.Step.Done.class);
        one.sequence().commit(left);
    }

    private static void append(KvGeneration one, int count) {
        assertThat(one.append(range(900, 900 + count))).isInstanceOf(KvGeneration.Step.Done.class);
    }

    private long granted() {
        return admission.snapshot().supplies().getFirst().granted();
    }
}
