package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Batches: neighbours, bad items, all or nothing, and each for itself.
class LoadBatchTest extends LoaderFixture {

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
}
