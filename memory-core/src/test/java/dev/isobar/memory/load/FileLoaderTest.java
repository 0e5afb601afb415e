package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import dev.isobar.memory.load.LoadReport.Attempt;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every strategy, into host memory and onto a device, whole files and batches.
class FileLoaderTest extends LoaderFixture {

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_wholeFiles_ofAllSizes(LoadStrategy strategy) {
        for (int bytes : new int[] {1, PAGE - 1, PAGE, PAGE + 1, 5 * PAGE, 100_001, 1 << 20}) {
            byte[] content = TestFiles.bytes(bytes, bytes);
            FileSource source = source("f" + bytes, content);
            for (MemorySpace space : List.of(host, device)) {
                Loaded loaded = loader.loadNew(space, List.of(source.whole()), policy(strategy));

                assertThat(TestFiles.contents(loaded.blocks().getFirst())).isEqualTo(content);
                assertReport(loaded.report(), strategy, bytes);
                space.free(loaded.blocks().getFirst());
            }
        }
        assertThat(host.usedBytes() + device.usedBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_rangeIntoTheMiddleOfABlock_leavesTheRestAlone(LoadStrategy strategy) {
        byte[] content = TestFiles.bytes(200_000, 3);
        FileSource source = source("a", content);
        for (MemorySpace space : List.of(host, device)) {
            for (long offset : new long[] {0, 1, 2 * PAGE, 3 * PAGE + 17}) {
                MemoryBlock block = filled(space, 100_000);
                LoadReport report =
                        loader.load(
                                List.of(new LoadItem(source.extent(offset, 70_001), block, 777)),
                                policy(strategy));

                byte[] result = TestFiles.contents(block);
                assertThat(TestFiles.slice(result, 777, 70_001))
                        .isEqualTo(TestFiles.slice(content, offset, 70_001));
                assertThat(TestFiles.slice(result, 0, 777)).containsOnly(0xEE);
                assertThat(TestFiles.slice(result, 70_778, 100_000 - 70_778)).containsOnly(0xEE);
                assertReport(report, strategy, 70_001);
                space.free(block);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_staging_neverExceedsDepthTimesChunk(LoadStrategy strategy) {
        FileSource source = source("a", TestFiles.bytes(1 << 20, 1));
        for (int depth : new int[] {1, 2, 5}) {
            for (MemorySpace space : List.of(host, device)) {
                Loaded loaded =
                        loader.loadNew(
                                space, List.of(source.whole()), policy(strategy).withDepth(depth));
                assertThat(loaded.report().peakStagingBytes()).isBetween(0L, depth * CHUNK);
                loaded.blocks().forEach(space::free);
            }
        }
        assertThat(loader.stagingBytes()).isLessThanOrEqualTo(16 * CHUNK);
        loader.trim();
    }

    @Test
    void load_stagedToADevice_overlapsCopiesWithReads() {
        FileSource source = source("a", TestFiles.bytes(4 << 20, 1));
        Loaded loaded =
                loader.loadNew(
                        device, List.of(source.whole()), policy(LoadStrategy.STAGED).withDepth(6));

        assertThat(device.mostUnderWay.get()).isBetween(2, 6);
        assertThat(device.underWay).hasValue(0);
        loaded.blocks().forEach(device::free);
    }

    /// What one thread has staged is being copied, and told of, while the others read on.
    @Test
    void load_stagedIntoTheHost_readsOnDuringACopy() {
        FileSource source = source("a", TestFiles.bytes((int) (50 * CHUNK), 1));
        AtomicBoolean first = new AtomicBoolean(true);
        AtomicBoolean readOn = new AtomicBoolean();
        LoadPolicy policy =
                policy(LoadStrategy.STAGED)
                        .withListener((_, _) -> {
                            if (first.getAndSet(false)) {
                                Awaitility.await().until(() -> system.calls(Call.READ) == 50);
                                readOn.set(true);
                            }
                        });

        Loaded loaded = loader.loadNew(host, List.of(source.whole()), policy);

        assertThat(readOn).isTrue();
        assertThat(loaded.report().peakStagingBytes()).isBetween(2 * CHUNK, 3 * CHUNK);
        loaded.blocks().forEach(host::free);
    }

    @Test
    void load_mappedIntoTheHost_copiesMoreAtATimeThanTheChunk() {
        FileSource source = source("a", TestFiles.bytes((int) (64 * CHUNK), 1));
        LoadPolicy policy = policy(LoadStrategy.MAPPED).withDepth(2);

        Loaded here = loader.loadNew(host, List.of(source.whole()), policy);
        Loaded there = loader.loadNew(device, List.of(source.whole()), policy);

        assertThat(here.report().ioCalls()).isEqualTo(8);
        assertThat(here.report().peakStagingBytes()).isZero();
        assertThat(there.report().ioCalls()).isEqualTo(64);
        assertThat(there.report().peakStagingBytes()).isBetween(CHUNK, 2 * CHUNK);
        here.blocks().forEach(host::free);
        there.blocks().forEach(device::free);
    }

    @Test
    void load_noRoomForStaging_isAnErrorUnlessAFallbackNeedsNone() {
        FileSource source = source("a", TestFiles.bytes(1 << 20, 1));
        try (FileLoader small = new FileLoader(sources, new FileLoaderConfig(2, PAGE))) {
            failure(
                    LoadError.NO_STAGING,
                    () ->
                            small.loadNew(
                                    host, List.of(source.whole()), policy(LoadStrategy.STAGED)));
            assertThat(host.usedBytes()).isZero();
            Loaded loaded =
                    small.loadNew(
                            host,
                            List.of(source.whole()),
                            policy(LoadStrategy.STAGED).orElse(LoadStrategy.READ));
            assertThat(loaded.report().used()).isEqualTo(LoadStrategy.READ);
            host.free(loaded.blocks().getFirst());
        }
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_progress_isToldAfterEveryChunkAndEndsAtTheTotal(LoadStrategy strategy) {
        FileSource source = source("a", TestFiles.bytes((int) (10 * CHUNK), 1));
        var told = new ConcurrentLinkedQueue<Long>();
        Loaded loaded =
                loader.loadNew(
                        host,
                        List.of(source.whole()),
                        policy(strategy)
                                .withListener((done, total) -> {
                                    assertThat(total).isEqualTo(10 * CHUNK);
                                    told.add(done);
                                    throw new IllegalStateException("ignored");
                                }));

        assertThat(told).hasSize(10).contains(10 * CHUNK).doesNotHaveDuplicates();
        loaded.blocks().forEach(host::free);
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_cancelled_stopsAtTheNextChunkAndGivesEverythingBack(LoadStrategy strategy) {
        FileSource source = source("a", TestFiles.bytes((int) (50 * CHUNK), 1));
        Cancellation cancellation = Cancellation.none();
        AtomicLong done = new AtomicLong();
        LoadPolicy policy =
                policy(strategy)
                        .orElse(other(strategy))
                        .withCancellation(cancellation)
                        .withListener((now, _) -> {
                            done.accumulateAndGet(now, Math::max);
                            cancellation.cancel();
                        });

        LoadException failure =
                failure(
                        LoadError.CANCELLED,
                        () -> loader.loadNew(host, List.of(source.whole()), policy));

        assertThat(done.get()).isBetween(CHUNK, 10 * CHUNK);
        assertThat(host.usedBytes()).isZero();
        assertThat(failure.report().used()).isNull();
        assertThat(failure.report().attempts()).hasSize(1);
    }

    @Test
    void load_deadlineOrInterrupt_stopsToo() {
        FileSource source = source("a", TestFiles.bytes((int) (50 * CHUNK), 1));
        AtomicLong clock = new AtomicLong();
        Cancellation deadline = Cancellation.after(Duration.ofNanos(3), clock::get);
        failure(
                LoadError.DEADLINE_PASSED,
                () ->
                        loader.loadNew(
                                host,
                                List.of(source.whole()),
                                policy(LoadStrategy.READ)
                                        .withCancellation(deadline)
                                        .withListener((_, _) -> clock.incrementAndGet())));
        Thread.currentThread().interrupt();
        failure(
                LoadError.CANCELLED,
                () ->
                        loader.loadNew(
                                host,
                                List.of(source.whole()),
                                policy(LoadStrategy.READ).withDepth(1)));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(host.usedBytes()).isZero();
    }

    @Test
    void load_directUnsupported_failsClosed_unlessTheChainNamesAFallback() {
        FileSource source = source("a", TestFiles.bytes(PAGE, 1));
        system.failAlways(Call.OPEN_DIRECT, Fault.UNSUPPORTED);

        LoadException failure =
                failure(
                        LoadError.UNSUPPORTED_STRATEGY,
                        () ->
                                loader.loadNew(
                                        host,
                                        List.of(source.whole()),
                                        policy(LoadStrategy.DIRECT)));
        assertThat(failure.report().requested()).isEqualTo(LoadStrategy.DIRECT);
        assertThat(failure.report().used()).isNull();
        assertThat(system.calls(Call.READ)).isZero();

        LoadReport report =
                loader.loadNew(
                                host,
                                List.of(source.whole()),
                                policy(LoadStrategy.DIRECT)
                                        .orElse(LoadStrategy.MAPPED)
                                        .orElse(LoadStrategy.READ))
                        .report();
        assertThat(report.requested()).isEqualTo(LoadStrategy.DIRECT);
        assertThat(report.used()).isEqualTo(LoadStrategy.MAPPED);
        assertThat(report.attempts())
                .extracting(Attempt::strategy)
                .containsExactly(LoadStrategy.DIRECT, LoadStrategy.MAPPED);
        assertThat(report.attempts().getFirst().reason()).contains("UNSUPPORTED_STRATEGY");
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_fileChangedMeanwhile_publishesNothing(LoadStrategy strategy) throws IOException {
        FileSource source = source("a", TestFiles.bytes((int) (20 * CHUNK), 1));
        LoadPolicy policy =
                policy(strategy).orElse(other(strategy)).withListener((_, _) -> touch(source));

        failure(
                LoadError.SOURCE_CHANGED,
                () -> loader.loadNew(host, List.of(source.whole()), policy));
        assertThat(host.usedBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_fileTruncatedMeanwhile_isSourceTruncated(LoadStrategy strategy) {
        for (MemorySpace space : List.of(host, device)) {
            FileSource source = source("t" + space.kind(), TestFiles.bytes(4 << 20, 1));
            LoadPolicy policy =
                    policy(strategy)
                            .withDepth(2)
                            .withListener((_, _) -> truncate(source.path(), PAGE));
            failure(
                    LoadError.SOURCE_TRUNCATED,
                    () -> loader.loadNew(space, List.of(source.whole()), policy));
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    void load_sparseFileOfATebibyteAndOne_isRefusedBeforeAnythingIsAllocated() throws IOException {
        Path file = folder.resolve("sparse");
        long bytes = (1L << 40) + 1;
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        FileSource source = sources.register(file);

        failure(
                LoadError.TOO_LARGE,
                () -> loader.loadNew(host, List.of(source.whole()), policy(LoadStrategy.READ)));

        for (LoadStrategy strategy : LoadStrategy.values()) {
            MemoryBlock block = filled(host, 5);
            loader.load(source.extent(bytes - 5, 5), block, policy(strategy));
            assertThat(TestFiles.contents(block)).isEqualTo(new byte[5]);
            host.free(block);
        }
    }

    @Test
    void load_emptyFile_hasNothingToLoad() {
        FileSource source = source("empty", new byte[0]);
        assertThat(source.bytes()).isZero();
        failure(
                LoadError.EMPTY_RANGE,
                () -> loader.loadNew(host, List.of(source.whole()), policy(LoadStrategy.READ)));
    }

    @Test
    void policy_badSettings_areRefused() {
        LoadPolicy policy = LoadPolicy.of(LoadStrategy.STAGED);
        for (long chunk : new long[] {0, -1, 4095, 4097, LoadPolicy.MAX_CHUNK_BYTES + 4096}) {
            assertThatThrownBy(() -> policy.withChunkBytes(chunk))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int depth : new int[] {0, -1, LoadPolicy.MAX_DEPTH + 1}) {
            assertThatThrownBy(() -> policy.withDepth(depth))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> policy.orElse(LoadStrategy.STAGED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void referenceNames_coverEveryCode() {
        for (LoadError error : LoadError.values()) {
            for (ReferenceNames names : ReferenceNames.values()) {
                assertThat(names.of(error)).matches("[a-z_]+");
            }
        }
        assertThat(ReferenceNames.MMAP.of(LoadError.NO_SLOT)).isEqualTo("resource_exhausted");
        assertThat(ReferenceNames.READ.of(LoadError.BEYOND_EOF)).isEqualTo("short_read");
        assertThat(ReferenceNames.STAGED.of(LoadError.TARGET_TOO_SMALL))
                .isEqualTo("invalid_target_window");
        assertThat(ReferenceNames.LOADER.of(LoadError.READ_FAILED)).isEqualTo("unavailable");
    }
}
