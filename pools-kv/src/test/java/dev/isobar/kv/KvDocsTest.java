package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Supply;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.memory.MemorySpace;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples of `docs/kv.md`: each code block of the page stands here word for word, and runs.
class KvDocsTest {

    private static final Path PAGE = Path.of("../docs/kv.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/isobar/kv/KvDocsTest.java");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void poolSequenceAndTier() {
        int[] tokens = Pools.range(0, 50);
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 128L << 20));
                HostSpace below = new HostSpace(HostSpaceConfig.of("below", 128L << 20))) {
            KvShape shape = new KvShape(32, 8, 128, KvType.FLOAT16, KvType.FLOAT16, 16);
            KvPoolConfig config =
                    KvPoolConfig.builder(
                                    shape,
                                    KvIdentity.of("llama-3-8b").with("weights.sha256", "3f1a"))
                            .name("kv-gpu0")
                            .capacityBytes(64L << 20)
                            .policy(KvPolicy.LRU)
                            .share("acme", new TenantShare(8L << 20, 32L << 20, 2))
                            .build();
            KvPool pool = new KvPool(config, space);
            assertThat(pool.limitBytes()).isEqualTo(64L << 20);

            try (KvSequence sequence = pool.open(KvPrompt.of(tokens).forTenant("acme"))) {
                int found = sequence.cachedTokens(); // whole blocks
                if (sequence.reserve(sequence.remainingTokens()) instanceof Room.Ready) {
                    for (int at = found / 16; at < sequence.blocks(); at++) {
                        sequence.write(at, 0, computed(at));
                    }
                    sequence.commit(sequence.remainingTokens());
                }
                Room room = sequence.append(42); // a token that was made
            }
            assertThat(pool.stats().idleBlocks()).isEqualTo(3);
            tier(shape, below, pool, tokens);
            pool.close();
        }
    }

    /// What a router does with what it hears.
    private static final class Router {
        private final Map<String, Set<String>> media = new HashMap<>();

        void stored(KvEvent.Stored stored) {
            media.computeIfAbsent(stored.medium(), _ -> new HashSet<>()).addAll(stored.digests());
        }

        void removed(String medium, String digest) {
            media.get(medium).remove(digest);
        }

        void cleared(String medium) {
            media.remove(medium);
        }
    }

    @Test
    void events() {
        KvShape shape = Pools.shape(4);
        try (MemorySpace space = Pools.space();
                KvTier host = new KvTier(KvTierConfig.of("kv-host", shape, 8), space);
                KvPool pool = new KvPool(Pools.config(4, 8).events(100).build(), space, host)) {
            Router router = new Router();
            Pools.filled(pool, Pools.range(0, 17)).close();
            KvIndexSnapshot index = pool.index();
            index.blocks().forEach(router::stored); // as if each had just been stored
            long number = index.number();
            Pools.filled(pool, Pools.range(100, 128)).close();
            for (KvEvent event : pool.eventsAfter(number).orElseThrow()) {
                switch (event) {
                    case KvEvent.Stored stored -> router.stored(stored);
                    case KvEvent.Removed removed ->
                            router.removed(removed.medium(), removed.digest());
                    case KvEvent.Cleared cleared -> router.cleared(cleared.medium());
                }
                number = event.number();
            }
            KvIndexSums sums = pool.sums(); // of the same number: equal to the router's own?
            assertThat(sums.number()).isEqualTo(number);
            assertThat(router.media.keySet()).isEqualTo(sums.byMedium().keySet()).hasSize(2);
            router.media.forEach((medium, digests) ->
                    assertThat(KvIndexSums.of(digests)).isEqualTo(sums.byMedium().get(medium)));
        }
    }

    private static void tier(KvShape shape, HostSpace below, KvPool pool, int[] tokens) {
        KvPrompt prompt = KvPrompt.of(tokens).forTenant("acme");
        try (KvSequence sequence = pool.open(prompt);
                KvSequence other = pool.open(prompt.withoutLookup())) {
            KvTier tier = new KvTier(KvTierConfig.of("kv-host", shape, 16), below);
            int stored = tier.store(sequence); // what the sequence computed goes down
            int tokensBack = tier.load(other); // what follows in its prompt comes up, checked

            assertThat(stored).isEqualTo(3);
            assertThat(tokensBack).isEqualTo(48);
            tier.close();
        }
    }

    @Test
    void poolAboveTiers() {
        KvShape shape = Pools.shape(4);
        KvPoolConfig config = Pools.config(4, 4).build();
        try (MemorySpace device = Pools.space();
                MemorySpace hostSpace = Pools.space();
                MemorySpace fileSpace = Pools.space()) {
            KvTier file = new KvTier(KvTierConfig.of("kv-file", shape, 16), fileSpace);
            KvTier host = new KvTier(KvTierConfig.of("kv-host", shape, 8), hostSpace, file);
            KvPool pool = new KvPool(config, device, host);

            Pools.filled(pool, Pools.range(0, 17 - 1)).close();
            Pools.filled(pool, Pools.range(100, 116)).close();
            assertThat(host.stats().heldBlocks()).isEqualTo(4);
            try (KvSequence again = pool.open(KvPrompt.of(Pools.range(0, 17)))) {
                assertThat(again.cachedTokens()).isEqualTo(16);
            }
            pool.close();
            host.close();
            file.close();
        }
    }

    @Test
    void onTheDisk(@TempDir Path folder) {
        int[] tokens = Pools.range(0, 9);
        KvPoolConfig config = Pools.config(4, 8).build();
        Supplier<PressureTier> hostTier = () -> PressureTier.NORMAL;
        try (MemorySpace space = Pools.space()) {
            try (WarmStore store = WarmStore.of(StoreConfig.at(folder));
                    KvPool kv = new KvPool(config, space, KvDiskConfig.over(store, hostTier))) {
                Pools.filled(kv, tokens).close();
            }
            try (WarmStore store = WarmStore.of(StoreConfig.at(folder))) {
                KvPool kv = new KvPool(config, space, KvDiskConfig.over(store, hostTier));
                KvDisk disk = kv.disk().orElseThrow();
                disk.restore(() -> false); // or not: what is asked for comes anyway

                kv.open(KvPrompt.of(tokens)).close();
                assertThat(kv.stats().hitTokens()).isEqualTo(8);
                kv.close();
            }
        }
    }

    @Test
    void admission() throws InterruptedException {
        int[] tokens = Pools.range(0, 9);
        KvPool pool = Pools.pool(4, 32);
        Supply supply = pool.tokenSupply();
        Admission admission = Admission.of(AdmissionConfig.of("engine"), supply);
        KvAdmission kv = new KvAdmission(pool, admission, supply, 256);
        KvPrompt prompt = KvPrompt.of(tokens);
        var request = AdmissionRequest.of("chat 7", kv.claim(prompt, 64));
        if (admission.admit(request) instanceof AdmissionAnswer.Granted granted) {
            try (KvGeneration generation = kv.begin(prompt, granted.grant())) {
                generation.reserve(generation.sequence().remainingTokens());
                generation.sequence().commit(generation.sequence().remainingTokens());
                if (generation.append(42) instanceof KvGeneration.Step.NoBudget) {
                    // the answer ends here
                }
            }
        }
        assertThat(pool.stats().usedBlocks()).isZero();
        assertThat(pool.peek(prompt)).isEqualTo(8);
        pool.close();
    }

    @Test
    void retention() {
        int[] tokens = {1, 2, 3};
        Retention retention =
                new Retention(
                        List.of(
                                new Retention.Range(
                                        0, 512, new Retention.Level(80, Duration.ofMinutes(5)))),
                        new Retention.Level(10, null)); // for generated tokens
        KvPrompt prompt = KvPrompt.of(tokens).kept(retention);

        assertThat(prompt.retention().ranges()).hasSize(1);
    }

    @Test
    void everyBlockOfThePage_standsHere() throws IOException {
        String source = plain(Files.readString(SOURCE));
        List<String> blocks =
                JAVA_BLOCK
                        .matcher(Files.readString(PAGE))
                        .results()
                        .map(block -> plain(block.group(1)))
                        .toList();
        assertThat(blocks).hasSize(9);
        assertThat(blocks).allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void metadata_isThatOfThePage() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("Metadata is %d bytes a block".formatted(BlockTable.BYTES_PER_BLOCK));
    }

    private static MemorySegment computed(int at) {
        return MemorySegment.ofArray(new byte[] {(byte) at});
    }

    /// Without white space: the formatter breaks lines elsewhere.
    private static String plain(String text) {
        return text.replaceAll("\\s+", "");
    }
}
