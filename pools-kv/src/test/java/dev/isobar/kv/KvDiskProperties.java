package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is on the disk changes what has to be computed, and nothing else: whatever was found, the bytes are
/// those that the same tenant computed for the same tokens.
class KvDiskProperties {

    /// What is on the disk when the work begins.
    enum State {
        ABSENT,
        COLD,
        WARM,
        CORRUPT,
        CUT,
        FULL,
        OTHER_MODEL,
        OTHER_SECRET,
        READ_ONLY
    }

    /// Something a host does.
    sealed interface Step {
        /// A prompt of a tenant: a shared beginning, then its own.
        record Ask(int tenant, int prefix, int blocks, int which) implements Step {}

        record Reclaim() implements Step {}

        record Restart() implements Step {}

        record Restore() implements Step {}

        record Pressure(PressureTier tier) implements Step {}
    }

    @Property(tries = 20)
    void work_isTheSame_whateverIsOnTheDisk(
            @ForAll("steps") List<Step> steps, @ForAll Random chance) throws IOException {
        for (State state : State.values()) {
            Path root = Files.createTempDirectory("kv-disk");
            try {
                prepare(state, root, steps, chance);
                if (state == State.READ_ONLY) {
                    try (WarmStore owner = WarmStore.of(StoreConfig.at(root))) {
                        assertThat(owner.reason()).isEmpty();
                        work(store(state, root), steps);
                    }
                } else {
                    work(store(state, root), steps);
                }
            } finally {
                delete(root);
            }
        }
    }

    private static StoreConfig store(State state, Path root) {
        return switch (state) {
            case ABSENT -> StoreConfig.off();
            case FULL -> StoreConfig.at(root).withBudgetBytes(4096).withSegmentBytes(4096);
            default -> StoreConfig.at(root);
        };
    }

    private static void prepare(State state, Path root, List<Step> steps, Random chance)
            throws IOException {
        switch (state) {
            case ABSENT, COLD, FULL -> {}
            case WARM, READ_ONLY -> work(store(state, root), steps);
            case CORRUPT, CUT -> {
                work(store(state, root), steps);
                damage(root, state == State.CUT, chance);
            }
            case OTHER_MODEL -> {
                var other =
                        KvPoolConfig.builder(DiskFixture.SHAPE, KvIdentity.of("other"))
                                .capacityBlocks(DiskFixture.POOL_BLOCKS)
                                .blocksPerSegment(DiskFixture.POOL_BLOCKS);
                work(store(state, root), other, steps);
            }
            case OTHER_SECRET ->
                    work(store(state, root), DiskFixture.config().secret(new byte[16]), steps);
        }
    }

    private static void work(StoreConfig config, List<Step> steps) {
        work(config, DiskFixture.config(), steps);
    }

    /// Every sequence is checked when it is opened, and what it lacks is computed.
    private static void work(StoreConfig config, KvPoolConfig.Builder pool, List<Step> steps) {
        try (var all = new DiskFixture(() -> WarmStore.of(config))) {
            all.restart(pool);
            for (Step step : steps) {
                switch (step) {
                    case Step.Ask(int tenant, int prefix, int blocks, int which) ->
                            ask(all.pool, tenant, prefix, blocks, which);
                    case Step.Reclaim _ -> {
                        all.pool.limitBytes(0);
                        all.pool.limitBytes(Long.MAX_VALUE);
                    }
                    case Step.Restart _ -> all.restart(pool);
                    case Step.Restore _ ->
                            all.pool.disk().ifPresent(each -> each.restore(() -> false));
                    case Step.Pressure(PressureTier tier) -> all.pressure = tier;
                }
                all.pool.checkInvariants();
            }
        }
    }

    private static void ask(KvPool pool, int tenant, int prefix, int blocks, int which) {
        int[] tokens = new int[blocks * DiskFixture.PER_BLOCK + 1];
        for (int at = 0; at < tokens.length; at++) {
            tokens[at] = at < prefix * DiskFixture.PER_BLOCK ? at : 1000 * which + at;
        }
        try (KvSequence one =
                DiskFixture.write(pool, KvPrompt.of(tokens).forTenant("tenant-" + tenant))) {
            assertThat(one.tokens()).isEqualTo(tokens.length - 1);
            DiskFixture.check(one);
        }
    }

    /// Changes some bytes of each segment, or cuts it.
    private static void damage(Path root, boolean cut, Random chance) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(each);
                if (each.getFileName().toString().equals("LOCK") || bytes.length == 0) {
                    continue;
                }
                for (int i = 0; i < 3; i++) {
                    bytes[chance.nextInt(bytes.length)] ^= (byte) (1 + chance.nextInt(255));
                }
                int length = cut ? chance.nextInt(bytes.length) : bytes.length;
                Files.write(each, java.util.Arrays.copyOf(bytes, length));
            }
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> ask =
                Combinators.combine(
                                Arbitraries.integers().between(0, 1),
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.integers().between(1, 6),
                                Arbitraries.integers().between(1, 3))
                        .as(Step.Ask::new);
        Arbitrary<Step> pressure = Arbitraries.of(PressureTier.class).map(Step.Pressure::new);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, ask),
                        net.jqwik.api.Tuple.of(1, pressure),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just(new Step.Reclaim())),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just(new Step.Restart())),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just(new Step.Restore())))
                .list()
                .ofMinSize(4)
                .ofMaxSize(24);
    }
}
