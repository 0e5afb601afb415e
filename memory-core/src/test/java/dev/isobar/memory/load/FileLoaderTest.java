package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import dev.isobar.memory.load.LoadReport.Attempt;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every strategy, into host memory and onto a device, whole files and batches.
class FileLoaderTest {

    private static final int PAGE = 4096;
    private static final long CHUNK = 4 * PAGE;

    @TempDir Path folder;

    private final FaultyFiles system = new FaultyFiles();
    private final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
    private final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(3, 1 << 26));
    private final HostSpace host = HostSpace.of("host", 1 << 26);
    private final FakeDevice device = new FakeDevice(1 << 26);

    @AfterEach
    void nothingIsLeft() {
        system.heal();
        assertThat(sources.leases()).isEmpty();
        loader.close();
        sources.close();
        assertThat(system.openFiles).hasValue(0);
        assertThat(system.mappings).hasValue(0);
        host.close();
        device.close();
    }

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
    void load_batchOfUnsortedNeighboursGapsAndOverlaps_fillsEachTarget(LoadStrategy strategy) {
        byte[] a = TestFiles.bytes(300_000, 1);
        byte[] b = TestFiles.bytes(50_000, 2);
        FileSource first = source("a", a);
        FileSource second = source("b", b);
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            extents.add(first.extent(i * 4_801L, 4_800)); // neighbours with a gap of one byte
        }
        extents.add(first.extent(10, 100_000)); // overlaps many
        extents.add(second.extent(49_999, 1));
        extents.add(second.whole());
        extents.add(second.whole());
        Collections.shuffle(extents, new java.util.Random(5));
        for (MemorySpace space : List.of(host, device)) {
            Loaded loaded = loader.loadNew(space, extents, policy(strategy));

            for (int i = 0; i < extents.size(); i++) {
                Extent extent = extents.get(i);
                assertThat(TestFiles.contents(loaded.blocks().get(i)))
                        .as("item %d", i)
                        .isEqualTo(
                                TestFiles.slice(
                                        extent.source() == first ? a : b,
                                        extent.offset(),
                                        extent.bytes()));
            }
            assertThat(loaded.report().runs()).isLessThan(10);
            assertThat(loaded.report().bytes())
                    .isEqualTo(extents.stream().mapToLong(Extent::bytes).sum());
            loaded.blocks().forEach(space::free);
        }
    }

    @Test
    void load_contiguousNeighbours_areOneRead() {
        byte[] content = TestFiles.bytes(100_000, 1);
        FileSource source = source("a", content);
        MemoryBlock block = host.allocate(100_000);
        List<LoadItem> items = new ArrayList<>();
        for (int i = 99; i >= 0; i--) {
            items.add(new LoadItem(source.extent(i * 1000L, 1000), block, i * 1000L));
        }

        LoadReport report =
                loader.load(items, LoadPolicy.of(LoadStrategy.READ).withChunkBytes(1 << 20));

        assertThat(report.ioCalls()).isEqualTo(1);
        assertThat(report.runs()).isEqualTo(1);
        assertThat(TestFiles.contents(block)).isEqualTo(content);
        host.free(block);
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_moreThanTheBatchAllows_isRefusedBeforeAnyItemIsLookedAt(LoadStrategy strategy) {
        FileSource source = source("a", TestFiles.bytes(PAGE, 1));
        MemoryBlock block = host.allocate(65_536);
        List<LoadItem> items = new ArrayList<>();
        for (int i = 0; i < 65_536; i++) {
            items.add(new LoadItem(source.extent(i % PAGE, 1), block, i));
        }
        assertThat(loader.load(items, policy(strategy)).bytes()).isEqualTo(65_536);

        items.add(new LoadItem(source.extent(-1, -1), block, -1));
        failure(LoadError.TOO_MANY_ITEMS, () -> loader.load(items, policy(strategy)));
        failure(LoadError.EMPTY_BATCH, () -> loader.load(List.of(), policy(strategy)));
        host.free(block);
    }

    @Test
    void load_badItem_saysWhichAndTouchesNoTarget() {
        FileSource source = source("a", TestFiles.bytes(PAGE, 1));
        MemoryBlock block = filled(host, 100);
        MemoryBlock freed = host.allocate(100);
        host.free(freed);
        LoadItem good = new LoadItem(source.extent(0, 100), block, 0);
        FileSources others = new FileSources();
        FileSource foreign = others.register(source.path());

        assertItem(LoadError.EMPTY_RANGE, good, new LoadItem(source.extent(0, 0), block, 0));
        assertItem(LoadError.TOO_LARGE, good, new LoadItem(source.extent(0, 1L << 41), block, 0));
        assertItem(LoadError.RANGE_OVERFLOW, good, new LoadItem(source.extent(-4, 8), block, 0));
        assertItem(LoadError.BEYOND_EOF, good, new LoadItem(source.extent(PAGE, 1), block, 0));
        assertItem(LoadError.BEYOND_EOF, good, new LoadItem(source.extent(PAGE - 9, 10), block, 0));
        assertItem(LoadError.TARGET_TOO_SMALL, good, new LoadItem(source.whole(), block, 0));
        assertItem(LoadError.TARGET_TOO_SMALL, good, new LoadItem(source.extent(0, 1), block, 100));
        assertItem(LoadError.TARGET_TOO_SMALL, good, new LoadItem(source.extent(0, 1), block, -1));
        assertItem(LoadError.TARGET_FREED, good, new LoadItem(source.extent(0, 1), freed, 0));
        assertItem(LoadError.SOURCE_CLOSED, good, new LoadItem(foreign.whole(), block, 0));

        assertThat(TestFiles.contents(block)).containsOnly(0xEE);
        assertThat(system.calls(Call.READ)).isZero();
        host.free(block);
        others.close();
    }

    @Test
    void load_severalBadItems_reportsTheLowest() {
        FileSource source = source("a", TestFiles.bytes(PAGE, 1));
        MemoryBlock block = host.allocate(100);
        LoadItem good = new LoadItem(source.extent(0, 100), block, 0);
        LoadItem late = new LoadItem(source.extent(0, 0), block, 0);
        LoadItem early = new LoadItem(source.extent(PAGE, 1), block, 0);

        LoadException failure =
                failure(
                        LoadError.BEYOND_EOF,
                        () ->
                                loader.load(
                                        List.of(good, good, early, good, late),
                                        policy(LoadStrategy.READ)));

        assertThat(failure.item()).hasValue(2);
        host.free(block);
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void load_perItem_loadsTheOthersAndSaysWhichFailed(LoadStrategy strategy) {
        byte[] content = TestFiles.bytes(10 * PAGE, 1);
        FileSource source = source("a", content);
        MemoryBlock block = filled(host, 10 * PAGE);
        List<LoadItem> items = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long offset = i == 4 || i == 7 ? 100L * PAGE : (long) i * PAGE;
            items.add(new LoadItem(source.extent(offset, PAGE), block, (long) i * PAGE));
        }

        LoadReport report = loader.load(items, policy(strategy).withMode(BatchMode.PER_ITEM));

        assertThat(report.used()).isEqualTo(strategy);
        assertThat(report.bytes()).isEqualTo(8 * PAGE);
        assertThat(report.lowestFailedItem()).hasValue(4);
        assertThat(report.items()).hasSize(10);
        assertThat(report.items().get(7).failure().code()).isEqualTo(LoadError.BEYOND_EOF);
        byte[] result = TestFiles.contents(block);
        assertThat(TestFiles.slice(result, 4 * PAGE, PAGE)).containsOnly(0xEE);
        assertThat(TestFiles.slice(result, 8 * PAGE, PAGE))
                .isEqualTo(TestFiles.slice(content, 8 * PAGE, PAGE));
        host.free(block);
    }

    @Test
    void load_perItem_aReadFails_onlyTheItemsOfThatReadDo() {
        byte[] content = TestFiles.bytes(3 * PAGE, 1);
        FileSource source = source("a", content);
        MemoryBlock block = host.allocate(3 * PAGE);
        List<LoadItem> items = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            items.add(new LoadItem(source.extent((long) i * PAGE, PAGE), block, (long) i * PAGE));
        }
        LoadPolicy policy = policy(LoadStrategy.STAGED).withDepth(1).withMode(BatchMode.PER_ITEM);
        system.failOnce(Call.READ, 1, Fault.IO); // the read of all three: each is tried alone then

        assertThat(loader.load(items, policy).lowestFailedItem()).isEmpty();

        system.failAlways(Call.READ, Fault.IO);
        LoadReport report = loader.load(items, policy);
        assertThat(report.used()).isNull();
        assertThat(report.bytes()).isZero();
        assertThat(report.items()).allMatch(item -> !item.succeeded());
        host.free(block);
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
    void load_deviceCopyFails_saysWhichItem() {
        FileSource source = source("a", TestFiles.bytes(3 * PAGE, 1));
        device.failCopy = 2;
        List<Extent> extents =
                List.of(
                        source.extent(0, PAGE),
                        source.extent(PAGE, PAGE),
                        source.extent(2 * PAGE, PAGE));

        LoadException failure =
                failure(
                        LoadError.COPY_FAILED,
                        () ->
                                loader.loadNew(
                                        device, extents, policy(LoadStrategy.STAGED).withDepth(1)));

        assertThat(failure.item()).hasValue(1);
        assertThat(failure).hasMessageContaining("BROKEN");
        assertThat(device.usedBytes()).isZero();
    }

    @Test
    void loadNew_noRoom_freesWhatItHadAllocated() {
        FileSource source = source("a", TestFiles.bytes(1 << 20, 1));
        try (HostSpace small = HostSpace.of("small", 1 << 20)) {
            LoadException failure =
                    failure(
                            LoadError.NO_ROOM,
                            () ->
                                    loader.loadNew(
                                            small,
                                            List.of(
                                                    source.extent(0, 600_000),
                                                    source.extent(0, 600_000)),
                                            policy(LoadStrategy.READ)));
            assertThat(failure.item()).hasValue(1);
            assertThat(small.usedBytes()).isZero();
        }
        assertThatThrownBy(() ->
                        loader.loadNew(
                                host,
                                List.of(source.whole()),
                                policy(LoadStrategy.READ).withMode(BatchMode.PER_ITEM)))
                .isInstanceOf(IllegalArgumentException.class);
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

    private void assertItem(LoadError code, LoadItem good, LoadItem bad) {
        LoadException failure =
                failure(code, () -> loader.load(List.of(good, bad), policy(LoadStrategy.STAGED)));
        assertThat(failure.item()).hasValue(1);
    }

    private static void assertReport(LoadReport report, LoadStrategy strategy, long bytes) {
        assertThat(report.requested()).isEqualTo(strategy);
        assertThat(report.used()).isEqualTo(strategy);
        assertThat(report.attempts()).containsExactly(new Attempt(strategy, null));
        assertThat(report.bytes()).isEqualTo(bytes);
        assertThat(report.readBytes()).isGreaterThanOrEqualTo(bytes);
        assertThat(report.ioCalls()).isPositive();
        assertThat(report.runs()).isEqualTo(1);
        assertThat(report.nanos()).isPositive();
        assertThat(report.bytesPerSecond()).isPositive();
        assertThat(report.lowestFailedItem()).isEmpty();
    }

    private static LoadPolicy policy(LoadStrategy strategy) {
        return LoadPolicy.of(strategy).withChunkBytes(CHUNK);
    }

    private static LoadStrategy other(LoadStrategy strategy) {
        return strategy == LoadStrategy.READ ? LoadStrategy.MAPPED : LoadStrategy.READ;
    }

    private FileSource source(String name, byte[] content) {
        return sources.register(TestFiles.write(folder, name, content));
    }

    private static MemoryBlock filled(MemorySpace space, int bytes) {
        MemoryBlock block = space.allocate(bytes);
        byte[] fill = new byte[bytes];
        java.util.Arrays.fill(fill, (byte) 0xEE);
        space.copyIn(MemorySegment.ofArray(fill), block, 0);
        return block;
    }

    private static void touch(FileSource source) {
        try {
            java.nio.file.Files.setLastModifiedTime(
                    source.path(), java.nio.file.attribute.FileTime.fromMillis(12345));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void truncate(Path path, long bytes) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
