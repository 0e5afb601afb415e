package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which tensors are in memory.
class ResidencyTest {

    private static final int TENSOR = 8192;
    private static final int COUNT = 8;
    private static final long BUDGET = 3 * TENSOR;

    @TempDir Path folder;

    private final FaultyFiles system = new FaultyFiles();
    private final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
    private final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
    private final FakeDevice space = new FakeDevice(1 << 24);
    private final Residency residency =
            new Residency(ResidencyConfig.of("model", BUDGET), loader, space);
    private final LoadPolicy policy = LoadPolicy.of(LoadStrategy.READ);
    private byte[] content;
    private FileSource source;
    private List<TensorRecord> records;

    @BeforeEach
    void bind() {
        content = TestFiles.bytes(COUNT * TENSOR, 6);
        source = sources.register(TestFiles.write(folder, "model", content));
        records = records(source);
        residency.bind(records);
    }

    @AfterEach
    void nothingIsLeft() {
        system.heal();
        space.failFree = false;
        residency.close();
        assertThat(residency.usedBytes()).isZero();
        assertThat(residency.pinnedBytes()).isZero();
        assertThat(space.usedBytes()).isZero();
        assertThat(sources.leases()).isEmpty();
        loader.close();
        sources.close();
        space.close();
    }

    @Test
    void states_goOnlyWhereTheTableSays() {
        assertThat(ResidencyState.UNBOUND.next()).containsExactly(ResidencyState.LOADING);
        assertThat(ResidencyState.LOADING.next())
                .isEqualTo(
                        EnumSet.of(
                                ResidencyState.RESIDENT,
                                ResidencyState.MAPPED,
                                ResidencyState.FAILED,
                                ResidencyState.UNBOUND,
                                ResidencyState.EVICTED));
        assertThat(ResidencyState.RESIDENT.next()).containsExactly(ResidencyState.EVICTING);
        assertThat(ResidencyState.MAPPED.next()).containsExactly(ResidencyState.EVICTING);
        TensorSlot slot = new TensorSlot(0, records.getFirst());
        assertThatThrownBy(() -> slot.become(ResidencyState.RESIDENT))
                .isInstanceOf(IllegalStateException.class);
        assertThat(slot.state).isEqualTo(ResidencyState.UNBOUND);
        for (ResidencyState state : ResidencyState.values()) {
            assertThat(state.next()).isNotEmpty().doesNotContain(state);
        }
    }

    @Test
    void loadPinEvict_fullCycle_keepsWhatIsKnown() {
        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);

        LoadReport report = residency.load(List.of(0, 1), policy);

        assertThat(report.used()).isEqualTo(LoadStrategy.READ);
        assertThat(report.runs()).isEqualTo(1);
        assertThat(state(0)).isEqualTo(ResidencyState.RESIDENT);
        assertThat(residency.usedBytes()).isEqualTo(2 * TENSOR).isEqualTo(space.usedBytes());
        assertBytes(1);
        residency.evict(1);
        residency.evict(1);
        assertThat(state(1)).isEqualTo(ResidencyState.EVICTED);
        assertThat(residency.status(1).tensor()).isEqualTo(records.get(1));
        assertThat(space.usedBytes()).isEqualTo(TENSOR);
        residency.load(List.of(1), policy);
        assertBytes(1);
    }

    @Test
    void load_whatIsResident_doesNothing() {
        residency.load(List.of(0), policy);
        long version = residency.status(0).version();
        assertThat(residency.load(List.of(0), policy)).isNull();
        assertThat(residency.status(0).version()).isEqualTo(version);
    }

    @Test
    void badTensorNumbers_areRefused() {
        for (int tensor : new int[] {-1, COUNT}) {
            refused(
                    ResidencyError.NO_SUCH_TENSOR,
                    () -> residency.load(List.of(0, tensor), policy));
            refused(ResidencyError.NO_SUCH_TENSOR, () -> residency.map(tensor));
            refused(ResidencyError.NO_SUCH_TENSOR, () -> residency.pin(tensor));
            refused(ResidencyError.NO_SUCH_TENSOR, () -> residency.evict(tensor));
            refused(ResidencyError.NO_SUCH_TENSOR, () -> residency.status(tensor));
            refused(ResidencyError.NO_SUCH_TENSOR, () -> residency.plan(List.of(tensor)));
        }
        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);
    }

    @Test
    void evict_whatNeverWasInMemory_isRefused() {
        assertThat(
                        refused(ResidencyError.NOT_RESIDENT, () -> residency.evict(0))
                                .code()
                                .referenceName())
                .isEqualTo("tensor_unmapped");
        refused(ResidencyError.NOT_RESIDENT, () -> residency.pin(0));
    }

    @Test
    void load_overBudget_evictsTheOneUsedLongestAgo() {
        residency.load(List.of(0, 1, 2), policy);
        residency.pin(0).close(); // used last

        residency.load(List.of(3), policy);

        assertThat(state(1)).isEqualTo(ResidencyState.EVICTED);
        assertThat(state(0)).isEqualTo(ResidencyState.RESIDENT);
        assertThat(space.usedBytes()).isEqualTo(BUDGET);
    }

    @Test
    void load_moreThanCanBeEvicted_changesNothing() {
        residency.load(List.of(0, 1, 2), policy);
        try (TensorPin _ = residency.pin(0);
                TensorPin _ = residency.pin(1)) {
            assertThat(residency.pinnedBytes()).isEqualTo(2 * TENSOR);
            refused(ResidencyError.OVER_BUDGET, () -> residency.load(List.of(3, 4), policy));
            refused(ResidencyError.PINNED, () -> residency.evict(0));
        }
        for (int tensor : new int[] {0, 1, 2}) {
            assertThat(state(tensor)).isEqualTo(ResidencyState.RESIDENT);
        }
        assertThat(state(3)).isEqualTo(ResidencyState.UNBOUND);
        assertThat(residency.pinnedBytes()).isZero();
        residency.load(List.of(3, 4), policy);
        assertBytes(4);
    }

    @Test
    void load_fails_isFailedWithItsCause_andCanBeRetried() {
        system.failAlways(Call.READ, Fault.IO);

        ResidencyException failure =
                refused(ResidencyError.LOAD_FAILED, () -> residency.load(List.of(0, 1), policy));

        assertThat(failure.getCause()).isInstanceOf(LoadException.class);
        assertThat(failure.tensor()).hasValue(0);
        assertThat(state(0)).isEqualTo(ResidencyState.FAILED);
        assertThat(residency.status(1).failure().code()).isEqualTo(LoadError.READ_FAILED);
        assertThat(residency.usedBytes()).isZero();
        assertThat(space.usedBytes()).isZero();
        refused(ResidencyError.NOT_RESIDENT, () -> residency.evict(0));
        system.heal();
        residency.load(List.of(0, 1), policy);
        assertBytes(0);
        assertThat(residency.status(0).failure()).isNull();
    }

    @Test
    void map_costsNoBudget_andEvictGivesTheMappingBack() {
        for (int tensor = 0; tensor < COUNT; tensor++) {
            residency.map(tensor);
        }
        assertThat(residency.usedBytes()).isZero();
        assertThat(system.mappings).hasValue(1);
        try (TensorPin pin = residency.pin(5)) {
            assertThat(pin.mapped()).isTrue();
            assertThat(TestFiles.contents(pin.mapping().view())).isEqualTo(expected(5));
            assertThatThrownBy(pin::block).isInstanceOf(IllegalStateException.class);
            refused(ResidencyError.PINNED, () -> residency.evict(5));
        }
        assertThat(
                        refused(ResidencyError.ALREADY_RESIDENT, () -> residency.map(5))
                                .code()
                                .referenceName())
                .isEqualTo("tensor_already_resident");
        assertThat(residency.load(List.of(5), policy)).isNull();
        for (int tensor = 0; tensor < COUNT; tensor++) {
            residency.evict(tensor);
            assertThat(state(tensor)).isEqualTo(ResidencyState.EVICTED);
        }
        assertThat(system.mappings).hasValue(0);
        residency.load(List.of(5), policy);
        assertBytes(5);
    }

    @Test
    void map_fails_isFailed_andCanBeRetried() {
        system.failOnce(Call.MAP, 1, Fault.IO);
        refused(ResidencyError.MAP_FAILED, () -> residency.map(0));
        assertThat(state(0)).isEqualTo(ResidencyState.FAILED);
        residency.map(0);
        assertThat(state(0)).isEqualTo(ResidencyState.MAPPED);
    }

    @Test
    void evict_memoryIsNotTakenBack_staysCountedAndCanBeRetried() {
        residency.load(List.of(0), policy);
        residency.map(1);
        space.failFree = true;
        system.failAlways(Call.UNMAP, Fault.IO);

        refused(ResidencyError.EVICT_FAILED, () -> residency.evict(0));
        refused(ResidencyError.EVICT_FAILED, () -> residency.evict(1));

        assertThat(state(0)).isEqualTo(ResidencyState.RESIDENT);
        assertThat(state(1)).isEqualTo(ResidencyState.MAPPED);
        assertThat(residency.usedBytes()).isEqualTo(TENSOR);
        assertThat(residency.reclaim(1)).isZero();
        assertBytes(0);
        space.failFree = false;
        system.heal();
        assertThat(residency.reclaim(1)).isEqualTo(TENSOR);
        residency.evict(1);
    }

    @Test
    void bind_whileSomethingIsInMemory_isRefusedAndKeepsTheTable() {
        residency.map(0);
        refused(ResidencyError.IN_USE, () -> residency.bind(records.subList(0, 1)));
        assertThat(residency.count()).isEqualTo(COUNT);
        assertThat(state(0)).isEqualTo(ResidencyState.MAPPED);
        residency.evict(0);
        residency.bind(records.subList(0, 1));
        assertThat(residency.count()).isEqualTo(1);
        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);
        refused(ResidencyError.NO_SUCH_TENSOR, () -> residency.status(1));
    }

    @Test
    void bind_badTables_keepTheOldOne() {
        refused(ResidencyError.NO_TENSORS, () -> residency.bind(List.of()));
        try (Residency tiny = new Residency(new ResidencyConfig("t", 1, 2), loader, space)) {
            refused(ResidencyError.TOO_MANY_TENSORS, () -> tiny.bind(records.subList(0, 3)));
            tiny.bind(records.subList(0, 2));
            refused(ResidencyError.TOO_MANY_TENSORS, () -> tiny.bind(records));
            assertThat(tiny.count()).isEqualTo(2);
        }
        assertThat(residency.count()).isEqualTo(COUNT);
    }

    @Test
    void bind_copiesTheRecords() {
        List<TensorRecord> mutable = new ArrayList<>(records);
        residency.bind(mutable);
        mutable.clear();
        assertThat(residency.plan(List.of(3)).steps().getFirst().extent())
                .isEqualTo(source.extent(3L * TENSOR, TENSOR));
    }

    @Test
    void planApply_handsBlocksOver() {
        ResidencyPlan plan = residency.plan(List.of(2, 0));
        assertThat(plan.steps()).extracting(ResidencyPlan.Step::tensor).containsExactly(0, 2);
        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);

        residency.apply(plan, loadedBlocks(plan));

        assertBytes(0);
        assertBytes(2);
        assertThat(residency.usedBytes()).isEqualTo(2 * TENSOR);
    }

    @Test
    void apply_twiceOrAbandoned_isStale() {
        ResidencyPlan plan = residency.plan(List.of(0));
        List<MemoryBlock> blocks = loadedBlocks(plan);
        residency.apply(plan, blocks);
        List<MemoryBlock> more = loadedBlocks(plan);
        refused(ResidencyError.STALE_PLAN, () -> residency.apply(plan, more));
        ResidencyPlan other = residency.plan(List.of(1));
        residency.abandon(other);
        refused(ResidencyError.STALE_PLAN, () -> residency.apply(other, more));
        more.forEach(space::free);
    }

    @Test
    void apply_afterATensorChanged_commitsNothing() {
        ResidencyPlan plan = residency.plan(List.of(0, 1));
        residency.map(1);
        List<MemoryBlock> blocks = loadedBlocks(plan);

        refused(ResidencyError.STALE_PLAN, () -> residency.apply(plan, blocks));

        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);
        assertThat(state(1)).isEqualTo(ResidencyState.MAPPED);
        blocks.forEach(space::free);
    }

    @Test
    void apply_changedAndBack_isStaleToo() {
        ResidencyPlan plan = residency.plan(List.of(0));
        residency.load(List.of(0), policy);
        residency.evict(0);
        List<MemoryBlock> blocks = loadedBlocks(plan);
        refused(ResidencyError.STALE_PLAN, () -> residency.apply(plan, blocks));
        blocks.forEach(space::free);
    }

    @Test
    void apply_foreignEvents_doNotHurtAPlan() {
        ResidencyPlan plan = residency.plan(List.of(0));
        ResidencyPlan other = residency.plan(List.of(1));
        residency.load(List.of(5), policy);
        residency.evict(5);
        assertThat(residency.status(3).state()).isEqualTo(ResidencyState.UNBOUND);
        refused(ResidencyError.NO_TENSORS, () -> residency.bind(List.of()));
        residency.apply(other, loadedBlocks(other));
        residency.apply(plan, loadedBlocks(plan));
        assertBytes(0);
        assertBytes(1);
    }

    @Test
    void apply_whatDoesNotFit_isRefused_andThePlanIsStillGood() {
        ResidencyPlan plan = residency.plan(List.of(0, 1));
        List<MemoryBlock> blocks = loadedBlocks(plan);
        MemoryBlock small = space.allocate(10);
        refused(ResidencyError.PLAN_MISMATCH, () -> residency.apply(plan, blocks.subList(0, 1)));
        refused(
                ResidencyError.PLAN_MISMATCH,
                () -> residency.apply(plan, List.of(blocks.getFirst(), small)));
        refused(
                ResidencyError.PLAN_MISMATCH,
                () -> residency.apply(plan, List.of(blocks.getFirst(), blocks.getFirst())));
        try (HostSpace other = HostSpace.of("other", 1 << 20)) {
            MemoryBlock foreign = other.allocate(TENSOR);
            refused(
                    ResidencyError.PLAN_MISMATCH,
                    () -> residency.apply(plan, List.of(blocks.getFirst(), foreign)));
        }
        space.free(small);
        residency.apply(plan, blocks);
        assertBytes(1);
    }

    @Test
    void apply_overBudget_leavesTheBlocksToTheCaller() {
        residency.load(List.of(0, 1), policy);
        ResidencyPlan plan = residency.plan(List.of(2, 3));
        List<MemoryBlock> blocks = loadedBlocks(plan);
        try (TensorPin _ = residency.pin(0);
                TensorPin _ = residency.pin(1)) {
            refused(ResidencyError.OVER_BUDGET, () -> residency.apply(plan, blocks));
        }
        assertThat(state(2)).isEqualTo(ResidencyState.UNBOUND);
        blocks.forEach(space::free);
    }

    @Test
    void plan_whatIsInMemory_isRefused() {
        residency.load(List.of(0), policy);
        refused(ResidencyError.ALREADY_RESIDENT, () -> residency.plan(List.of(0, 1)));
    }

    @Test
    void load_byTwoThreads_readsOnce() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        LoadPolicy slow =
                policy.withListener((_, _) -> {
                    loading.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        Thread first = Thread.ofPlatform().start(() -> residency.load(List.of(0), slow));
        loading.await();
        refused(ResidencyError.BUSY, () -> residency.evict(0));
        refused(ResidencyError.BUSY, () -> residency.plan(List.of(0)));
        AtomicReference<Object> answer = new AtomicReference<>("none");
        Thread second =
                Thread.ofPlatform()
                        .start(() -> answer.set("" + residency.load(List.of(0), policy)));
        org.awaitility.Awaitility.await().until(() -> second.getState() == Thread.State.WAITING);
        go.countDown();
        first.join();
        second.join();
        assertThat(answer.get()).isEqualTo("null");
        assertThat(system.calls(Call.READ)).isEqualTo(1);
        assertBytes(0);
    }

    @Test
    void reclaim_freesUnpinnedOnesOnly() {
        residency.load(List.of(0, 1, 2), policy);
        try (TensorPin _ = residency.pin(1)) {
            assertThat(residency.reclaim(Long.MAX_VALUE)).isEqualTo(2 * TENSOR);
            assertThat(space.usedBytes()).isEqualTo(TENSOR);
            assertBytes(1);
        }
        assertThatThrownBy(() -> residency.reclaim(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void budget_canChange() {
        residency.load(List.of(0, 1, 2), policy);
        residency.budgetBytes(TENSOR);
        assertThat(residency.usedBytes()).isEqualTo(3 * TENSOR);
        residency.load(List.of(3), policy);
        assertThat(residency.usedBytes()).isEqualTo(TENSOR);
        assertThatThrownBy(() -> residency.budgetBytes(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void close_withAPin_isRefused_andThenWorks() {
        residency.load(List.of(0), policy);
        TensorPin pin = residency.pin(0);
        refused(ResidencyError.PINNED, residency::close);
        pin.close();
        pin.close();
        assertThatThrownBy(pin::block).isInstanceOf(IllegalStateException.class);
        residency.close();
        refused(ResidencyError.CLOSED, () -> residency.load(List.of(0), policy));
    }

    private List<MemoryBlock> loadedBlocks(ResidencyPlan plan) {
        return loader.loadNew(
                        space,
                        plan.steps().stream().map(ResidencyPlan.Step::extent).toList(),
                        policy)
                .blocks();
    }

    private static List<TensorRecord> records(FileSource source) {
        List<TensorRecord> records = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            records.add(new TensorRecord("t" + i, source.extent((long) i * TENSOR, TENSOR)));
        }
        return records;
    }

    private ResidencyState state(int tensor) {
        return residency.status(tensor).state();
    }

    private byte[] expected(int tensor) {
        return TestFiles.slice(content, (long) tensor * TENSOR, TENSOR);
    }

    private void assertBytes(int tensor) {
        try (TensorPin pin = residency.pin(tensor)) {
            assertThat(TestFiles.contents(pin.block())).isEqualTo(expected(tensor));
        }
    }

    private static ResidencyException refused(ResidencyError code, ThrowingCallable action) {
        ResidencyException failure = catchThrowableOfType(ResidencyException.class, action);
        assertThat(failure).as("refused with " + code).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        return failure;
    }
}
