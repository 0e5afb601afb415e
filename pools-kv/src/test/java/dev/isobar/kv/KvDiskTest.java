package dev.isobar.kv;

import static dev.isobar.kv.DiskFixture.POOL_BLOCKS;
import static dev.isobar.kv.DiskFixture.SHAPE;
import static dev.isobar.kv.DiskFixture.prompt;
import static dev.isobar.kv.DiskFixture.write;
import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.RestoreReport.End;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks on the disk outlive eviction and a restart, with their bytes; or they are missed.
class KvDiskTest {

    @TempDir Path root;

    @Test
    void evicted_comesBackFromTheDisk() {
        try (var all = new DiskFixture(root)) {
            for (int one = 0; one < 4; one++) {
                all.write(one);
            }
            assertThat(all.pool.stats().evictedForRoom()).isEqualTo(4 * 4 - POOL_BLOCKS);
            for (int one = 0; one < 4; one++) {
                assertThat(all.found(one)).isEqualTo(16);
            }
            assertThat(all.pool.stats().loadedTokens()).isEqualTo(4 * 16);
            assertThat(all.pool.stats().hitTokens()).isEqualTo(4 * 16);
            assertThat(all.stats().restoredBlocks()).isEqualTo(16);
            assertThat(all.stats().failures()).isZero();
        }
    }

    @Test
    void restart_bringsBackAllThatWasComputed_alsoWhatWasNeverEvicted() {
        try (var all = new DiskFixture(root)) {
            for (int one = 0; one < 4; one++) {
                all.write(one);
            }
            all.restart();
            for (int one = 0; one < 4; one++) {
                assertThat(all.found(one)).as("prompt %d", one).isEqualTo(16);
            }
            assertThat(all.found(5)).isZero();
            assertThat(all.stats().heldBlocks()).isEqualTo(16);
        }
    }

    @Test
    void restart_restoresNoCounters_noPins_noUse() {
        try (var all = new DiskFixture(root)) {
            KvSequence held = write(all.pool, KvPrompt.of(prompt(1)));
            held.close();
            all.restart();
            assertThat(all.disk().restore(() -> false).restored()).isEqualTo(4);
            KvStats stats = all.pool.stats();
            assertThat(stats.idleBlocks()).isEqualTo(4);
            assertThat(stats.usedBlocks()).isZero();
            assertThat(stats.openSequences()).isZero();
            assertThat(stats.hitTokens()).isZero();
            assertThat(stats.loadedTokens()).isZero();
            assertThat(stats.lookupTokens()).isZero();
        }
    }

    @Test
    void sharedPrefix_liesThereOnce_andChildrenGoOnFromIt() {
        try (var all = new DiskFixture(root)) {
            KvPrompt one = KvPrompt.of(concat(range(0, 8), range(100, 109)));
            KvPrompt two = KvPrompt.of(concat(range(0, 8), range(200, 209)));
            write(all.pool, one).close();
            write(all.pool, two).close();
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).isEqualTo(6);
            all.restart();
            assertThat(all.found(two)).isEqualTo(16);
            assertThat(all.found(one)).isEqualTo(16);
            assertThat(all.stats().restoredBlocks()).isEqualTo(6);
        }
    }

    @Test
    void forkedAndGeneratedTokens_comeBack() {
        int[] longer = concat(range(0, 9), range(500, 512));
        try (var all = new DiskFixture(root)) {
            try (KvSequence first = write(all.pool, KvPrompt.of(range(0, 9)))) {
                first.fork().close();
            }
            KvSequence one = write(all.pool, KvPrompt.of(longer));
            one.prefill(1);
            one.append(
                    1, 2, 3); // makes the sixth block full, with the bytes of the prompt's engine
            one.close();
            all.restart();
            assertThat(all.pool.peek(KvPrompt.of(longer))).isZero();
            assertThat(all.found(KvPrompt.of(longer))).isEqualTo(20);
            try (KvSequence again =
                    all.pool.open(KvPrompt.of(concat(longer, new int[] {1, 2, 3, 4})))) {
                assertThat(again.cachedTokens()).isEqualTo(24);
            }
        }
    }

    @Test
    void otherModelShapeGroupOrSecret_findsNothing() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.restart(model(KvIdentity.of("other-model")));
            assertThat(all.found(1)).isZero();
            all.restart(model(Pools.MODEL.with("tokenizer", "2")));
            assertThat(all.found(1)).isZero();
            all.restart(DiskFixture.config().group(1));
            assertThat(all.found(1)).isZero();
            all.restart(DiskFixture.config().secret(bytes("another secret of the tests")));
            assertThat(all.found(1)).isZero();
            assertThat(all.disk().restore(() -> false).restored()).isZero();
            all.restart();
            assertThat(all.found(1)).isEqualTo(16);
        }
    }

    @Test
    void otherLayout_findsNothing() {
        for (KvShape other :
                List.of(
                        new KvShape(1, 1, 16, KvType.INT8, KvType.INT8, 4),
                        new KvShape(2, 1, 8, KvType.INT8, KvType.INT8, 4),
                        new KvShape(1, 1, 8, KvType.INT8, KvType.FLOAT16, 4),
                        Pools.shape(8))) {
            try (var all = new DiskFixture(root)) {
                all.write(1);
                all.end();
                all.begin(
                        KvPoolConfig.builder(other, Pools.MODEL)
                                .capacityBlocks(8)
                                .blocksPerSegment(8)
                                .secret(bytes("a secret of the tests")));
                try (KvSequence one = all.pool.open(KvPrompt.of(prompt(1)))) {
                    assertThat(one.cachedTokens()).as("%s", other).isZero();
                }
            }
        }
    }

    @Test
    void otherTenant_findsNothing_beforeAndAfterRestart() {
        try (var all = new DiskFixture(root)) {
            KvPrompt ours = KvPrompt.of(prompt(1)).forTenant("ours");
            KvPrompt theirs = KvPrompt.of(prompt(1)).forTenant("theirs");
            write(all.pool, ours).close();
            assertThat(all.found(theirs)).isZero();
            all.restart();
            assertThat(all.found(theirs)).isZero();
            assertThat(all.disk().restore(() -> false).restored()).isEqualTo(4);
            assertThat(all.found(theirs)).isZero();
            assertThat(all.found(ours)).isEqualTo(16);
            assertThat(all.pool.tenants())
                    .filteredOn(each -> each.blocks() > 0)
                    .extracting(TenantStats::tenant)
                    .containsExactly("ours");
        }
    }

    @Test
    void sharedTokens_areSharedByTenants_afterRestartToo() {
        KvContext shared = KvContext.NONE.withSharedTokens(8);
        try (var all = new DiskFixture(root)) {
            KvSequence ours =
                    Pools.filled(all.pool, KvPrompt.of(prompt(1)).forTenant("ours").in(shared));
            ours.close();
            all.restart();
            try (KvSequence theirs =
                    all.pool.open(KvPrompt.of(prompt(1)).forTenant("theirs").in(shared))) {
                assertThat(theirs.cachedTokens()).isEqualTo(8);
            }
        }
    }

    @Test
    void adapter_isInTheKey_andInTheEventsOfWhatIsRestored() {
        KvPrompt adapted = KvPrompt.of(prompt(1)).in(KvContext.NONE.withAdapter("poet"));
        try (var all = new DiskFixture(root)) {
            write(all.pool, adapted).close();
            all.restart(DiskFixture.config().events(64));
            assertThat(all.found(1)).isZero();
            assertThat(all.disk().restore(() -> false).restored()).isEqualTo(4);
            assertThat(all.pool.eventsAfter(0).orElseThrow())
                    .isNotEmpty()
                    .allSatisfy(each ->
                            assertThat(((KvEvent.Stored) each).adapter()).isEqualTo("poet"));
            assertThat(all.found(adapted)).isEqualTo(16);
        }
    }

    @Test
    void media_areInTheKey_andAreRestoredToo() {
        KvContext context = KvContext.NONE.withMedia(new KvContext.Media("5eed", 0, 4));
        KvPrompt seen = KvPrompt.of(prompt(1)).in(context);
        try (var all = new DiskFixture(root)) {
            write(all.pool, seen).close();
            all.restart();
            assertThat(all.disk().restore(() -> false).restored()).isEqualTo(4);
            assertThat(all.pool.peek(seen)).isEqualTo(16);
            assertThat(all.found(seen)).isEqualTo(16);
            assertThat(all.found(1)).isZero();
        }
    }

    @Test
    void corruptBlock_isAMiss_withItsChildren_andIsWrittenAgain() throws IOException {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.write(2);
            all.disk().flush();
            spoil(2);
            all.write(3); // the first is on the disk only now
            assertThat(all.found(1)).isEqualTo(8);
            assertThat(all.stats().corruptBlocks()).isEqualTo(1);
            all.write(1);
            all.restart();
            assertThat(all.found(1)).isEqualTo(16);
        }
    }

    @Test
    void missingParent_makesChildrenAMiss_untilItIsComputedAgain() throws IOException {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.end();
            spoil(0);
            all.begin(DiskFixture.config());
            assertThat(all.disk().restore(() -> false))
                    .returns(4L, RestoreReport::listed)
                    .returns(0L, RestoreReport::restored)
                    .returns(4L, RestoreReport::gone);
            assertThat(all.found(1)).isZero();
            all.write(1);
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).as("its children were there").isEqualTo(1);
            all.restart();
            assertThat(all.found(1)).isEqualTo(16);
        }
    }

    @Test
    void fullStaging_keepsThePrefix_andTheEndOfThePoolWritesTheRest() {
        try (var all = new DiskFixture(root)) {
            all.end();
            all.stagingBytes = 2L * (DiskFixture.RECORD + 256);
            all.begin(DiskFixture.config());
            all.write(1);
            assertThat(all.stats().bufferedBytes()).isLessThanOrEqualTo(all.stagingBytes);
            all.restart();
            assertThat(all.found(1)).isEqualTo(16);
        }
    }

    @Test
    void noStaging_writesNothing_andWorks() {
        try (var all = new DiskFixture(root)) {
            all.end();
            all.stagingBytes = 0;
            all.begin(DiskFixture.config());
            for (int one = 0; one < 4; one++) {
                all.write(one);
            }
            assertThat(all.found(0)).isZero();
            assertThat(all.stats().writtenBlocks()).isZero();
            assertThat(all.stats().fullBlocks()).isPositive();
            all.restart();
            assertThat(all.found(1)).isZero();
        }
    }

    @Test
    void pressure_decidesWhatIsCopied() {
        try (var all = new DiskFixture(root)) {
            all.pressure = PressureTier.HIGH;
            all.write(1);
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).as("closing copies nothing").isZero();
            all.pressure = PressureTier.NORMAL;
            all.write(1); // it is all there already; now the disk has it, too
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).isEqualTo(4);
            all.pressure = PressureTier.HIGH;
            try (KvSequence longer =
                    write(all.pool, KvPrompt.of(concat(range(100, 116), range(0, 5))))) {
                assertThat(longer.cachedTokens()).isEqualTo(16);
            }
            assertThat(all.pool.limitBytes(0))
                    .isPositive(); // all leave: one is not there, its parent is
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).isEqualTo(5);
        }
    }

    @Test
    void atCritical_nothingIsCopied_andWhatIsThereIsFound() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.disk().flush();
            all.pressure = PressureTier.CRITICAL;
            all.write(2);
            all.write(3);
            all.write(4);
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).isEqualTo(4);
            assertThat(all.found(1)).isEqualTo(16);
            all.restart();
            assertThat(all.found(3)).isZero();
        }
    }

    @Test
    void reclaimAtCritical_dropsWithoutCopying() {
        try (var all = new DiskFixture(root)) {
            all.pressure = PressureTier.HIGH;
            all.write(1);
            long bytes = POOL_BLOCKS * SHAPE.bytesPerBlock();
            assertThat(all.pool.reclaim(request(bytes, PressureTier.CRITICAL)).freedBytes())
                    .isEqualTo(bytes);
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).isZero();
            all.write(1);
            all.pool.reclaim(request(bytes, PressureTier.HIGH));
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).as("the one without a parent").isEqualTo(1);
        }
    }

    @Test
    void cleanVictims_areDroppedAtOnce() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.write(2);
            all.disk().flush();
            all.write(3);
            assertThat(all.pool.stats().leavingBlocks()).isZero();
            assertThat(all.stats().writtenBlocks()).isLessThanOrEqualTo(12);
            all.disk().flush();
            assertThat(all.stats().writtenBlocks()).isEqualTo(12);
        }
    }

    @Test
    void reset_isDurable() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.write(2);
            assertThat(all.pool.reset()).isTrue();
            assertThat(all.found(1)).isZero();
            all.disk().flush();
            assertThat(all.stats().heldBlocks()).isZero();
            all.restart();
            assertThat(all.disk().restore(() -> false).listed()).isZero();
            assertThat(all.found(1)).isZero();
            assertThat(all.found(2)).isZero();
            all.write(1);
            all.restart();
            assertThat(all.found(1)).isEqualTo(16);
        }
    }

    @Test
    void reset_whileASequenceIsOpen_changesNothing() {
        try (var all = new DiskFixture(root)) {
            all.write(2);
            try (KvSequence _ = write(all.pool, KvPrompt.of(prompt(1)))) {
                assertThat(all.pool.reset()).isFalse();
            }
            all.restart();
            assertThat(all.found(2)).isEqualTo(16);
            assertThat(all.found(1)).isEqualTo(16);
        }
    }

    @Test
    void resetThatCannotBeWritten_isRefused() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.disk().flush();
            WarmStore reader = WarmStore.of(StoreConfig.at(root).reading());
            KvDiskConfig reading = KvDiskConfig.over(reader, () -> PressureTier.NORMAL);
            try (reader;
                    KvPool other = new KvPool(DiskFixture.config().build(), all.space, reading)) {
                try (KvSequence one = other.open(KvPrompt.of(prompt(1)))) {
                    assertThat(one.cachedTokens()).isEqualTo(16);
                    DiskFixture.check(one);
                }
                assertThat(other.reset()).isFalse();
                assertThat(other.stats().idleBlocks()).isEqualTo(4);
            }
        }
    }

    /// Time goes on whenever the store asks for it, so that every use has a time of its own. What the end of
    /// the pool reads, it does not use.
    @Test
    void restore_lastUsedFirst_upToTheFill() {
        var now = new AtomicLong();
        StoreConfig ticking =
                StoreConfig.at(root)
                        .withClocks(
                                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                                () -> now.addAndGet(10_000_000));
        try (var all = new DiskFixture(() -> WarmStore.of(ticking))) {
            for (int one = 0; one < 4; one++) {
                all.write(one);
            }
            all.disk().flush();
            assertThat(all.found(0)).isEqualTo(16); // now it is the last one
            all.restart();
            RestoreReport report = all.disk().restore(() -> false);
            assertThat(report.end()).isEqualTo(End.FILLED);
            assertThat(report.restored()).isEqualTo(4);
            assertThat(report.left()).isPositive();
            assertThat(all.pool.peek(KvPrompt.of(prompt(0)))).isEqualTo(16);
            assertThat(all.pool.peek(KvPrompt.of(prompt(3)))).isZero();
            assertThat(all.found(3)).isEqualTo(16);
            assertThat(all.disk().restore(1, () -> false).end()).isEqualTo(End.FILLED);
        }
    }

    @Test
    void restore_longerThanTheFill_bringsItsBeginning() {
        try (var all = new DiskFixture(root)) {
            write(all.pool, KvPrompt.of(range(0, 29))).close();
            all.restart();
            RestoreReport report = all.disk().restore(() -> false);
            assertThat(report.restored()).isEqualTo(4);
            assertThat(report.left()).isEqualTo(3);
            assertThat(all.pool.peek(KvPrompt.of(range(0, 29)))).isEqualTo(16);
            assertThat(all.found(KvPrompt.of(range(0, 29)))).isEqualTo(28);
        }
    }

    @Test
    void restore_countsWhatTurnsOfAConversationShare_once() {
        try (var all = new DiskFixture(root)) {
            write(all.pool, KvPrompt.of(range(900, 909))).close();
            for (int blocks = 4; blocks <= 6; blocks++) {
                write(all.pool, KvPrompt.of(range(0, 4 * blocks + 1))).close();
            }
            all.restart();
            RestoreReport report = all.disk().restore(1, () -> false);
            assertThat(report.listed()).isEqualTo(8);
            assertThat(report.restored()).isEqualTo(8);
            assertThat(report.left()).isZero();
        }
    }

    @Test
    void manyEngines_readOnlyWhatTheirPrefixWrote() {
        try (var all = new DiskFixture(root)) {
            all.restart(Pools.config(DiskFixture.PER_BLOCK, 16).events(1 << 16));
            IntStream.range(0, 4)
                    .parallel()
                    .forEach(engine -> {
                        Random random = new Random(engine);
                        for (int turn = 0; turn < 200; turn++) {
                            KvPrompt prompt =
                                    KvPrompt.of(prompt(random.nextInt(8)))
                                            .forTenant("tenant-" + random.nextInt(2));
                            try (KvSequence one = all.pool.open(prompt)) {
                                DiskFixture.check(one);
                                compute(one);
                                DiskFixture.check(one);
                            }
                        }
                    });
            all.pool.checkInvariants();
            assertThat(all.stats().restoredBlocks()).isPositive();
            assertThat(all.stats().failures()).isZero();
            assertThat(all.stats().corruptBlocks() + all.stats().staleBlocks()).isZero();
            assertThat(all.pool.stats().usedBlocks() + all.pool.stats().leavingBlocks()).isZero();
        }
    }

    /// Writes what is missing, if there is room for it.
    private static void compute(KvSequence one) {
        int more = one.remainingTokens() - 1;
        if (more > 0 && one.reserve(more) instanceof Room.Ready) {
            for (int at = one.tokens() / DiskFixture.PER_BLOCK; at < one.blocks(); at++) {
                one.write(at, 0, DiskFixture.bytes(one, at));
            }
            one.commit(more);
        }
    }

    @Test
    void restore_stopsUnderPressure_orWhenTold() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.restart();
            all.pressure = PressureTier.WARNING;
            assertThat(all.disk().restore(() -> false).end()).isEqualTo(End.PRESSURE);
            all.pressure = PressureTier.NORMAL;
            assertThat(all.disk().restore(() -> true).end()).isEqualTo(End.STOPPED);
            assertThat(all.pool.stats().idleBlocks()).isZero();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> all.disk().restore(1.5, () -> false))
                    .withMessageContaining("fill must be from 0 to 1");
        }
    }

    @Test
    void restore_evictsNobody_andStaysInTheTenantsShare() {
        var small = DiskFixture.config().share("ours", new TenantShare(0, 2 * 64, 1));
        try (var all = new DiskFixture(root)) {
            write(all.pool, KvPrompt.of(prompt(1)).forTenant("ours")).close();
            all.restart(small);
            RestoreReport report = all.disk().restore(() -> false);
            assertThat(report.refused()).isEqualTo(4);
            assertThat(all.pool.stats().idleBlocks()).isZero();
        }
    }

    @Test
    void events_agreeWithTheIndex() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.write(2);
            all.restart(DiskFixture.config().events(1024));
            all.disk().restore(() -> false);
            for (int one = 0; one < 5; one++) {
                all.write(one);
            }
            var known = new java.util.HashSet<String>();
            for (KvEvent each : all.pool.eventsAfter(0).orElseThrow()) {
                switch (each) {
                    case KvEvent.Stored stored -> known.addAll(stored.digests());
                    case KvEvent.Removed removed ->
                            assertThat(known.remove(removed.digest())).isTrue();
                    case KvEvent.Cleared _ -> known.clear();
                }
            }
            assertThat(known).isEqualTo(all.pool.index().digests(all.pool.resource().name()));
        }
    }

    @Test
    void withATierAbove_bothHaveIt_andTheDiskOutlivesTheProcess() {
        try (var all = new DiskFixture(root)) {
            all.pool.close();
            try (KvTier tier = new KvTier(KvTierConfig.of("host", SHAPE, 32), all.space)) {
                all.pool =
                        new KvPool(DiskFixture.config().build(), all.space, tier, all.diskConfig());
                for (int one = 0; one < 4; one++) {
                    all.write(one);
                }
                assertThat(tier.stats().storedBlocks()).isEqualTo(8);
                assertThat(all.found(0)).isEqualTo(16);
                assertThat(all.stats().restoredBlocks()).as("the tier was nearer").isZero();
                all.pool.close();
            }
            all.restart();
            for (int one = 0; one < 4; one++) {
                assertThat(all.found(one)).isEqualTo(16);
            }
        }
    }

    @Test
    void computingQuicker_loadsNothing() {
        try (var all = new DiskFixture(root)) {
            long[] now = {0};
            all.write(1);
            all.write(2);
            all.restart(DiskFixture.config().nanoClock(() -> now[0] += 1_000_000));
            assertThat(all.found(1)).isEqualTo(16); // now it is known how long it takes
            all.pool.computed(1_000_000, 1);
            assertThat(all.found(2)).isZero();
            assertThat(all.stats().recomputed()).isEqualTo(1);
        }
    }

    @Test
    void noRootInTheSettings_noDisk_noFile() throws IOException {
        WarmStore off = WarmStore.of(StoreConfig.off());
        KvDiskConfig disk = KvDiskConfig.over(off, () -> PressureTier.NORMAL);
        try (var space = Pools.space();
                KvPool pool = new KvPool(DiskFixture.config().build(), space, disk)) {
            assertThat(pool.disk()).isEmpty();
            write(pool, KvPrompt.of(prompt(1))).close();
            assertThat(pool.reset()).isTrue();
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void nothingIsOpened_beforeTheFirstSequence() {
        try (var all = new DiskFixture(root)) {
            assertThat(all.stats().heldBlocks()).isZero();
            assertThat(all.pool.limitBytes(0)).isZero();
            assertThat(root).isEmptyDirectory();
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void closedStore_costsContentOnly() {
        try (var all = new DiskFixture(root)) {
            all.write(1);
            all.store.close();
            all.write(2);
            all.write(3);
            assertThat(all.found(3)).isEqualTo(16);
            assertThat(all.found(1)).isZero();
        }
    }

    @Test
    void blockThatFitsInNoSegment_isRefusedAtOnce() {
        WarmStore small = WarmStore.of(StoreConfig.at(root).withSegmentBytes(4096));
        KvShape large = new KvShape(32, 8, 128, KvType.FLOAT16, KvType.FLOAT16, 16);
        try (small;
                var space = Pools.space()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            new KvPool(
                                    KvPoolConfig.builder(large, Pools.MODEL).build(),
                                    space,
                                    KvDiskConfig.over(small, () -> PressureTier.NORMAL)))
                    .withMessageContaining("does not fit in a segment of 4096");
        }
    }

    private static ReclaimRequest request(long bytes, PressureTier tier) {
        return new ReclaimRequest(bytes, tier, Duration.ofMinutes(1), () -> 0L, _ -> {});
    }

    private static KvPoolConfig.Builder model(KvIdentity identity) {
        return KvPoolConfig.builder(SHAPE, identity)
                .capacityBlocks(POOL_BLOCKS)
                .blocksPerSegment(POOL_BLOCKS)
                .secret(bytes("a secret of the tests"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Changes a byte in the middle of the block that was written as the so-maniest.
    private void spoil(int which) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("segments/kv"))) {
            Path segment = files.filter(each -> each.toString().endsWith(".seg")).findFirst().get();
            try (FileChannel file =
                    FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long at = 32 + (long) which * DiskFixture.RECORD + 64 + 16 + 20;
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) + 1 + new Random(which).nextInt(200)));
                file.write(one.flip(), at);
            }
        }
    }
}
