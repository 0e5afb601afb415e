package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvStats;
import dev.isobar.kv.KvType;
import dev.isobar.kv.Room;
import dev.isobar.memory.HostSpace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A request names an adapter and tokens: it gets both, or neither pool is touched. Both pools are
/// real, and know nothing of each other.
class JointAdmissionTest {

    private static final int BLOCKS = 8;
    private static final int TOKENS_PER_BLOCK = 4;
    private static final int TOKENS = BLOCKS * TOKENS_PER_BLOCK;

    @TempDir private Path folder;

    private final HostSpace kvSpace = HostSpace.of("kv", 1 << 20);
    private LoraFixture lora;
    private KvPool kv;
    private Supply tokens;
    private Admission admission;

    @BeforeEach
    void open() {
        lora = new LoraFixture(folder, 4, 0, LoraPriority.costAware());
        lora.adapter("one", 1).adapter("two", 2).adapter("three", 3).adapter("five", 5);
        KvShape shape = new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, TOKENS_PER_BLOCK);
        kv =
                new KvPool(
                        KvPoolConfig.builder(shape, KvIdentity.of("model"))
                                .capacityBlocks(BLOCKS)
                                .blocksPerSegment(BLOCKS)
                                .secret("a secret of the tests".getBytes(StandardCharsets.UTF_8))
                                .build(),
                        kvSpace);
        tokens = kv.tokenSupply();
        admission = Admission.of(AdmissionConfig.of("requests"), lora.pool.supply(), tokens);
    }

    @AfterEach
    void close() {
        admission.close();
        kv.close();
        assertThat(kvSpace.usedBytes()).isZero();
        kvSpace.close();
        lora.close();
    }

    @Test
    void bothFit_areGranted_andUsed() throws InterruptedException {
        try (AdapterClaim claim = lora.pool.claim("three");
                Grant grant = granted(ask(claim, 12));
                var active = (Activation.Active) claim.activate(grant);
                KvSequence sequence = kv.open(KvPrompt.of(numbers(0, 12)))) {
            assertThat(sequence.prefill(12)).isInstanceOf(Room.Ready.class);
            grant.used(tokens, 12);
            assertThat(active.adapter().name()).isEqualTo("three");
            assertThat(lora.pool.supply()).satisfies(each -> assertThat(free(each)).isEqualTo(1));
        }
    }

    @Test
    void tokensMissing_theAdapterIsNeitherLoadedNorEvicted() throws InterruptedException {
        lora.use("two");
        lora.use("one");
        LoraStats before = lora.pool.stats();
        try (Grant _ = granted(admission.tryAdmit(request(Claim.of(tokens, TOKENS - 4))));
                AdapterClaim claim = lora.pool.claim("three")) {
            assertThat(ask(claim, 8)).isInstanceOf(Overloaded.class);
        }
        assertThat(lora.pool.stats()).isEqualTo(before);
        assertThat(lora.pool.active()).containsExactly("one", "two");
    }

    @Test
    void bytesMissing_noBlockIsTakenOrDropped() throws InterruptedException {
        try (KvSequence kept = kv.open(KvPrompt.of(numbers(0, TOKENS)))) {
            assertThat(kept.prefill(TOKENS)).isInstanceOf(Room.Ready.class);
        }
        KvStats before = kv.stats();
        try (Activation.Active _ = lora.active("two");
                AdapterClaim claim = lora.pool.claim("three")) {
            assertThat(ask(claim, 8)).isInstanceOf(Overloaded.class);
        }
        assertThat(kv.stats()).isEqualTo(before);
    }

    @Test
    void neverFits_isSaidAtOnce() throws InterruptedException {
        try (AdapterClaim claim = lora.pool.claim("five")) {
            assertThat(ask(claim, 4)).isInstanceOf(Impossible.class);
        }
        try (AdapterClaim claim = lora.pool.claim("one")) {
            assertThat(ask(claim, TOKENS + 1)).isInstanceOf(Impossible.class);
        }
    }

    @Test
    void inUse_needsNoBytes_andStaysUntilTheRequestIsOver() throws InterruptedException {
        Activation.Active user = lora.active("three");
        try (AdapterClaim claim = lora.pool.claim("three");
                Grant grant = granted(ask(claim, 4))) {
            assertThat(grant.claim()).isEqualTo(Claim.of(tokens, 4));
            user.close();
            try (AdapterClaim other = lora.pool.claim("two")) {
                assertThat(ask(other, 4)).isInstanceOf(Overloaded.class);
            }
            try (var active = (Activation.Active) claim.activate(grant)) {
                assertThat(active.loaded()).isFalse();
            }
        }
        try (AdapterClaim other = lora.pool.claim("two");
                Grant grant = granted(ask(other, 4));
                var active = (Activation.Active) other.activate(grant)) {
            assertThat(LoraFixture.victims(active)).containsExactly("three");
        }
    }

    @Test
    void inUse_butTheRestIsNotFree_leavesNoLease() throws InterruptedException {
        Activation.Active user = lora.active("three");
        try (Grant _ = granted(admission.tryAdmit(request(Claim.of(tokens, TOKENS))));
                AdapterClaim claim = lora.pool.claim("three")) {
            assertThat(ask(claim, 4)).isInstanceOf(Overloaded.class);
            user.close();
            assertThat(free(lora.pool.supply())).isEqualTo(4);
        }
    }

    @Test
    void idle_isPartOfWhatIsFree_andMayGoForWhoWasGrantedBefore() throws InterruptedException {
        lora.use("three");
        try (AdapterClaim first = lora.pool.claim("two");
                Grant grant = granted(ask(first, 4));
                AdapterClaim idle = lora.pool.claim("three")) {
            assertThat(ask(idle, 4)).isInstanceOf(Overloaded.class);
            try (var active = (Activation.Active) first.activate(grant)) {
                assertThat(LoraFixture.victims(active)).containsExactly("three");
            }
        }
    }

    @Test
    void grantedAndNotYetLoaded_isNotGrantedTwice() throws InterruptedException {
        try (AdapterClaim first = lora.pool.claim("three");
                Grant _ = granted(ask(first, 4));
                AdapterClaim second = lora.pool.claim("two")) {
            assertThat(ask(second, 4)).isInstanceOf(Overloaded.class);
        }
    }

    @Test
    void critical_isNotCountedAsFree() throws InterruptedException {
        lora.adapter("critical", 2, 1.0, "");
        lora.use("critical");
        assertThat(free(lora.pool.supply())).isEqualTo(2);
        try (AdapterClaim claim = lora.pool.claim("three")) {
            assertThat(ask(claim, 4)).isInstanceOf(Overloaded.class);
        }
    }

    @Test
    void unknown_isAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lora.pool.claim("none"))
                .withMessage("unknown adapter: none");
    }

    /// However many ask at once: whoever is granted is refused by neither pool.
    @Test
    void manyRequests_whoIsGrantedGetsBoth() throws Exception {
        List<Future<Integer>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 8; thread++) {
                int seed = thread;
                all.add(threads.submit(() -> work(new Random(seed), 40)));
            }
        }
        int done = 0;
        for (Future<Integer> each : all) {
            done += each.get();
        }
        assertThat(done).isEqualTo(8 * 40);
        assertThat(admission.snapshot().holders()).isEmpty();
        assertThat(free(lora.pool.supply())).isEqualTo(4);
    }

    private int work(Random random, int requests) throws InterruptedException {
        int done = 0;
        for (int i = 0; i < requests; i++) {
            String adapter = List.of("one", "two", "three").get(random.nextInt(3));
            int wanted = (1 + random.nextInt(4)) * TOKENS_PER_BLOCK;
            try (AdapterClaim claim = lora.pool.claim(adapter);
                    Grant grant = granted(ask(claim, wanted, Duration.ofSeconds(60)));
                    var _ = (Activation.Active) claim.activate(grant);
                    KvSequence sequence =
                            kv.open(KvPrompt.of(numbers(random.nextInt(1000) * 100, wanted)))) {
                assertThat(sequence.prefill(sequence.remainingTokens()))
                        .isInstanceOf(Room.Ready.class);
                grant.used(tokens, wanted);
                done++;
            } finally {
                admission.reconsider();
            }
        }
        return done;
    }

    private AdmissionAnswer ask(AdapterClaim claim, int wanted) throws InterruptedException {
        return ask(claim, wanted, Duration.ZERO);
    }

    private AdmissionAnswer ask(AdapterClaim claim, int wanted, Duration maxWait)
            throws InterruptedException {
        return claim.admit(admission, request(Claim.of(tokens, wanted)).waitingAtMost(maxWait));
    }

    private static AdmissionRequest request(Claim claim) {
        return AdmissionRequest.of("test", claim);
    }

    private static Grant granted(AdmissionAnswer answer) {
        assertThat(answer).isInstanceOf(Granted.class);
        return ((Granted) answer).grant();
    }

    /// In pages.
    private long free(Supply supply) {
        return admission.snapshot().supplies().stream()
                        .filter(each -> each.unit().equals(supply.unit()))
                        .findFirst()
                        .orElseThrow()
                        .available()
                / LoraFixture.PAGE;
    }

    private static int[] numbers(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }
}
