package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The system fails, at every kind of call: the cause reaches the caller, nothing is half there,
/// nothing leaks, and the same again works.
class LoadFaultsTest {

    private static final int PAGE = 4096;
    private static final int BYTES = 20 * PAGE + 123;

    @TempDir Path folder;

    private final FaultyFiles system = new FaultyFiles();
    private final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
    private final byte[] content = TestFiles.bytes(BYTES, 11);

    static Stream<Arguments> faults() {
        return Stream.of(LoadStrategy.values())
                .flatMap(strategy ->
                        Stream.of(
                                        plan(Call.STAMP, 1, Fault.IO, LoadError.SIZE_FAILED),
                                        plan(Call.STAMP, 2, Fault.IO, LoadError.SIZE_FAILED),
                                        plan(Call.SIZE, 1, Fault.IO, LoadError.SIZE_FAILED),
                                        plan(Call.READ, 1, Fault.IO, LoadError.READ_FAILED),
                                        plan(Call.READ, 3, Fault.IO, LoadError.READ_FAILED),
                                        plan(
                                                Call.READ,
                                                2,
                                                Fault.INTERRUPTED,
                                                LoadError.READ_FAILED),
                                        plan(Call.READ, 2, Fault.EOF, LoadError.SHORT_READ),
                                        plan(Call.MAP, 1, Fault.IO, LoadError.MAP_FAILED),
                                        plan(Call.MAP, 1, Fault.DISK_FULL, LoadError.MAP_FAILED),
                                        plan(Call.OPEN_DIRECT, 1, Fault.IO, LoadError.OPEN_FAILED))
                                .filter(plan -> concerns(strategy, plan.call))
                                .map(plan -> Arguments.of(strategy, plan)));
    }

    private static boolean concerns(LoadStrategy strategy, Call call) {
        return switch (call) {
            case MAP -> strategy == LoadStrategy.MAPPED;
            case READ -> strategy != LoadStrategy.MAPPED;
            case OPEN_DIRECT -> strategy == LoadStrategy.DIRECT;
            default -> true;
        };
    }

    record Plan(Call call, int number, Fault fault, LoadError code) {}

    private static Plan plan(Call call, int number, Fault fault, LoadError code) {
        return new Plan(call, number, fault, code);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void load_systemFailsOnce_nothingIsLeft_andARetryWorks(LoadStrategy strategy, Plan plan) {
        try (FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
                HostSpace host = HostSpace.of("host", 1 << 24)) {
            FileSource source = sources.register(TestFiles.write(folder, "a", content));
            List<Extent> batch = List.of(source.extent(0, 9 * PAGE), source.extent(9 * PAGE, PAGE));
            LoadPolicy policy = LoadPolicy.of(strategy).withChunkBytes(2 * PAGE);
            system.failOnce(plan.call, plan.number, plan.fault);

            LoadException failure = failure(plan.code, () -> loader.loadNew(host, batch, policy));

            assertThat(failure.item()).isPresent();
            assertThat(failure.path()).endsWith("a");
            if (plan.fault == Fault.IO) {
                assertThat(failure.errno()).hasValue(5);
            }
            assertThat(failure.report().used()).isNull();
            assertThat(failure.report().bytes()).isZero();
            assertThat(host.usedBytes()).isZero();
            assertThat(sources.leases()).isEmpty();
            assertThat(system.mappings).hasValue(0);

            Loaded loaded = loader.loadNew(host, batch, policy);
            assertThat(TestFiles.contents(loaded.blocks().getFirst()))
                    .isEqualTo(TestFiles.slice(content, 0, 9 * PAGE));
            assertThat(loaded.report().used()).isEqualTo(strategy);
        }
        sources.close();
        assertThat(system.openFiles).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_shortReads_areContinued(LoadStrategy strategy) {
        try (FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
                HostSpace host = HostSpace.of("host", 1 << 24)) {
            FileSource source = sources.register(TestFiles.write(folder, "a", content));
            system.failAlways(Call.READ, Fault.SHORT);

            Loaded loaded =
                    loader.loadNew(
                            host,
                            List.of(source.whole()),
                            LoadPolicy.of(strategy).withChunkBytes(8 * PAGE));

            assertThat(TestFiles.contents(loaded.blocks().getFirst())).isEqualTo(content);
        }
        system.heal();
        sources.close();
    }

    @Test
    void load_readFails_saysOffsetAndItem() {
        try (FileLoader loader = new FileLoader(sources, new FileLoaderConfig(1, 1 << 24));
                HostSpace host = HostSpace.of("host", 1 << 24)) {
            FileSource source = sources.register(TestFiles.write(folder, "a", content));
            system.failOnce(Call.READ, 2, Fault.IO);

            LoadException failure =
                    failure(
                            LoadError.READ_FAILED,
                            () ->
                                    loader.loadNew(
                                            host,
                                            List.of(
                                                    source.extent(5, PAGE),
                                                    source.extent(10 * PAGE, PAGE)),
                                            LoadPolicy.of(LoadStrategy.READ)));

            assertThat(failure.item()).hasValue(1);
            assertThat(failure.offset()).isEqualTo(10 * PAGE);
            assertThat(failure.bytes()).isEqualTo(PAGE);
            assertThat(ReferenceNames.READ.of(failure.code())).isEqualTo("file_read_failed");
        }
        sources.close();
    }

    @Test
    void load_strategyFails_fallsBackOnlyWhereThePolicySaysSo() {
        try (FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
                HostSpace host = HostSpace.of("host", 1 << 24)) {
            FileSource source = sources.register(TestFiles.write(folder, "a", content));
            system.failAlways(Call.MAP, Fault.IO);
            LoadPolicy policy = LoadPolicy.of(LoadStrategy.MAPPED);
            failure(
                    LoadError.MAP_FAILED,
                    () -> loader.loadNew(host, List.of(source.whole()), policy));
            assertThat(system.calls(Call.READ)).isZero();

            LoadReport report =
                    loader.loadNew(
                                    host,
                                    List.of(source.whole()),
                                    policy.orElse(LoadStrategy.STAGED))
                            .report();

            assertThat(report.used()).isEqualTo(LoadStrategy.STAGED);
            assertThat(report.attempts().getFirst().failure().code())
                    .isEqualTo(LoadError.MAP_FAILED);
        }
        system.heal();
        sources.close();
    }

    @Test
    void load_unmapFails_theLoadIsGood_andTheLeaseIsListed() {
        try (FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
                HostSpace host = HostSpace.of("host", 1 << 24)) {
            FileSource source = sources.register(TestFiles.write(folder, "a", content));
            system.failAlways(Call.UNMAP, Fault.IO);

            Loaded loaded =
                    loader.loadNew(
                            host, List.of(source.whole()), LoadPolicy.of(LoadStrategy.MAPPED));

            assertThat(TestFiles.contents(loaded.blocks().getFirst())).isEqualTo(content);
            assertThat(sources.leaks()).hasSize(1);
            system.heal();
            assertThat(sources.retryFailedReleases()).isEqualTo(1);
        }
        sources.close();
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void advise_systemRefuses_leavesTheLeaseAsGood() {
        FileSource source = sources.register(TestFiles.write(folder, "a", content));
        try (MappingLease lease = source.map(0, BYTES, "test")) {
            system.failOnce(Call.ADVISE, 1, Fault.IO);
            failure(LoadError.ADVISE_FAILED, () -> lease.advise(Advice.SEQUENTIAL, 0, BYTES));
            lease.advise(Advice.SEQUENTIAL, 0, BYTES);
            assertThat(TestFiles.contents(lease.view())).isEqualTo(content);
        }
        sources.close();
    }
}
