package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static dev.isobar.pool.store.StoreFixture.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Logs: many small values, written in groups, found by exact keys, compacted.
class SegmentLogTest {

    private static final Fingerprint KEY = key("k");

    private final StoreFixture fixture = new StoreFixture();
    private final StoreConfig config = fixture.config().withSegmentBytes(4096);
    private WarmStore store = fixture.open(config);
    private SegmentLog log = store.log("log");

    @AfterEach
    void accounts() {
        fixture.assertAccounts(store);
        assertThat(log.liveBytes()).isLessThanOrEqualTo(log.diskBytes());
        store.close();
    }

    private void reopen() {
        store.close();
        store = fixture.open(config);
        log = store.log("log");
    }

    private void put(String name, String value) {
        written(log.put(key(name), bytes(value), Durability.DATA));
    }

    private Optional<String> get(String name) {
        return log.get(key(name)).map(found -> new String(found, StandardCharsets.UTF_8));
    }

    private List<Path> segments() {
        return fixture.files.filesBelow(new StorePaths(ROOT).segments()).stream()
                .filter(each -> each.toString().endsWith(".seg"))
                .toList();
    }

    private static String filled(String start, int length) {
        return start + "x".repeat(length);
    }

    @Test
    void put_thenGet_findsIt_alsoAfterReopening() {
        put("k", "value");
        put("empty", "");
        for (int i = 0; i < 2; i++) {
            assertThat(get("k")).contains("value");
            assertThat(get("empty")).contains("");
            assertThat(get("other")).isEmpty();
            assertThat(log.contains(KEY)).isTrue();
            assertThat(log.bytesOf(KEY)).hasValue(5);
            assertThat(log.bytesOf(key("other"))).isEmpty();
            assertThat(log.count()).isEqualTo(2);
            reopen();
        }
    }

    @Test
    void read_copiesIntoMemory_ofAnyKind() {
        put("k", "value");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(100);
            assertThat(log.read(KEY, target)).isEqualTo(5);
            assertThat(target.asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo("value".getBytes(StandardCharsets.UTF_8));
            assertThat(log.read(key("other"), target)).isEqualTo(-1);
            assertThatThrownBy(() -> log.read(KEY, target.asSlice(0, 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 5 bytes, the target 4");
        }
    }

    @Test
    void confinedValue_isCopiedBeforeTheCallReturns() throws Exception {
        CompletableFuture<WriteOutcome> outcome;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom("value");
            outcome = log.append(KEY, value.asSlice(0, 5), Durability.DATA);
        }
        written(outcome.get());
        assertThat(get("k")).contains("value");
    }

    @Test
    void put_again_theLastCounts() {
        for (int i = 0; i < 50; i++) {
            put("k", filled("v" + i, 200));
        }
        assertThat(get("k")).contains(filled("v49", 200));
        reopen();
        assertThat(get("k")).contains(filled("v49", 200));
        assertThat(log.count()).isEqualTo(1);
    }

    @Test
    void remove_isForGood() {
        put("k", filled("a", 3000));
        put("other", filled("b", 3000));
        written(log.remove(KEY, Durability.DATA));
        assertThat(get("k")).isEmpty();
        reopen();
        assertThat(get("k")).isEmpty();
        assertThat(get("other")).isPresent();
        store.compact();
        reopen();
        assertThat(get("k")).isEmpty();
        assertThat(get("other")).isPresent();
    }

    @Test
    void removed_isNeverFoundWhileTheLogIsRead() throws Exception {
        Path path = Path.of("/segment");
        Segment segment = new Segment(path, 1, 7, fixture.files.create(path), 32);
        LogIndex index = new LogIndex();
        LogIndex.Builder builder = new LogIndex.Builder(index);
        for (long sequence : List.of(1L, 3L, 2L)) {
            boolean tombstone = sequence == 3;
            int bytes = tombstone ? 0 : 8;
            builder.add(
                    new LogRecord(sequence, KEY, tombstone, 0, bytes, 0),
                    new Spot(segment, 32 * sequence, bytes, sequence, 0));
            assertThat(index.find(KEY) == null).isEqualTo(sequence > 1);
        }
        assertThat(segment.liveBytes()).as("the tombstone").isEqualTo(LogRecord.bytes(0));
        builder.add(new LogRecord(4, KEY, false, 0, 8, 0), new Spot(segment, 200, 8, 4, 0));
        assertThat(index.find(KEY)).isNotNull();
        assertThat(segment.liveBytes()).isEqualTo(LogRecord.bytes(8));
    }

    @Test
    void logs_ofOneStore_areApart() {
        put("k", "mine");
        SegmentLog other = store.log("other");
        assertThat(other.get(KEY)).isEmpty();
        written(other.put(KEY, bytes("theirs"), Durability.DATA));
        assertThat(get("k")).contains("mine");
        assertThat(store.logNames()).containsExactly("log", "other");
    }

    @Test
    void tooLarge_isRefused() {
        assertThat(log.put(KEY, bytes(4096, 1), Durability.DATA))
                .isEqualTo(new WriteOutcome.TooLarge(4160, 4064));
        written(log.put(KEY, bytes(4000, 1), Durability.DATA));
    }

    @Test
    void segments_rollAndStayWithinTheirLength() {
        for (int i = 0; i < 40; i++) {
            put("k" + i, filled("", 700));
        }
        assertThat(segments()).hasSizeGreaterThan(5);
        for (Path segment : segments()) {
            assertThat(fixture.files.content(segment)).hasSizeLessThanOrEqualTo(4096);
        }
        reopen();
        for (int i = 0; i < 40; i++) {
            assertThat(get("k" + i)).isPresent();
        }
    }

    @Test
    void compaction_takesBackDeadRecords_ofItself() {
        put("stays", filled("s", 100));
        for (int i = 0; i < 200; i++) {
            put("k" + i % 3, filled("v" + i, 500));
        }
        store.verify();
        assertThat(log.diskBytes()).isLessThan(4 * 4096);
        assertThat(get("stays")).contains(filled("s", 100));
        assertThat(get("k1")).contains(filled("v199", 500));
        reopen();
        assertThat(get("stays")).contains(filled("s", 100));
        assertThat(get("k0")).contains(filled("v198", 500));
    }

    @Test
    void compact_leavesNothingDead() {
        for (int i = 0; i < 20; i++) {
            put("k" + i, filled("v", 300));
        }
        for (int i = 0; i < 20; i += 3) {
            log.remove(key("k" + i), Durability.DATA);
        }
        assertThat(store.compact()).isPositive();
        reopen();
        for (int i = 0; i < 20; i++) {
            assertThat(get("k" + i).isPresent()).isEqualTo(i % 3 != 0);
        }
        assertThat(store.verify().good()).isTrue();
        assertThat(store.verify().records()).isEqualTo(13);
    }

    @Test
    void keys_areInOrderOfUse() {
        for (String name : List.of("a", "b", "c")) {
            fixture.clocks.advance(Duration.ofSeconds(1));
            put(name, name);
        }
        fixture.clocks.advance(Duration.ofSeconds(1));
        get("a");
        assertThat(log.keys()).containsExactly(key("a"), key("c"), key("b"));
        reopen();
        assertThat(log.keys()).containsExactly(key("a"), key("c"), key("b"));
    }

    @Test
    void budget_dropsTheOldest_butWhatWasUsedIsWrittenAgain() {
        store.close();
        store = fixture.open(config.withBudgetBytes(32 << 10));
        log = store.log("log");
        for (int i = 0; i < 300; i++) {
            put("k" + i, filled("v" + i, 400));
            assertThat(get("k0")).as("after %s", i).isPresent();
            assertThat(store.usedBytes()).isLessThanOrEqualTo(32 << 10);
            fixture.assertAccounts(store);
        }
        assertThat(get("k1")).isEmpty();
        assertThat(get("k299")).isPresent();
        assertThat(store.stats().evicted()).isGreaterThan(150);
    }

    @Test
    void timeToLive_countsFromTheLastUse() {
        store.close();
        store = fixture.open(config.withTimeToLive(Duration.ofMinutes(10)));
        log = store.log("log");
        put("used", "x");
        put("unused", "x");
        fixture.clocks.advance(Duration.ofMinutes(9));
        get("used");
        fixture.clocks.advance(Duration.ofMinutes(1));
        assertThat(get("unused")).isEmpty();
        assertThat(get("used")).isPresent();
    }

    @Test
    void damagedHeader_costsThatRecordAlone() {
        for (int i = 0; i < 9; i++) {
            put("k" + i, filled("v" + i, 300));
        }
        store.close();
        Path segment = segments().getFirst();
        byte[] content = fixture.files.content(segment);
        int record = (int) LogRecord.bytes(302);
        content[32 + 4 * record + 20] ^= 1;
        fixture.files.overwrite(segment, content);
        reopen();
        for (int i = 0; i < 9; i++) {
            assertThat(get("k" + i).isPresent()).as("record %s", i).isEqualTo(i != 4);
        }
        put("new", "x");
        store.compact();
        assertThat(store.stats().quarantineBytes()).isPositive();
        assertThat(get("k8")).isPresent();
        reopen();
        assertThat(get("k8")).isPresent();
        assertThat(get("k4")).isEmpty();
    }

    /// The bytes of a record, salted for another segment, inside a payload: not a record.
    @Test
    void payloadThatLooksLikeARecord_isNotTakenForOne() {
        java.nio.ByteBuffer forged = java.nio.ByteBuffer.allocate(80);
        new LogRecord(1000, key("forged"), false, 0, 16, 0).encode(forged, 42);
        written(log.put(KEY, MemorySegment.ofArray(forged.array()), Durability.DATA));
        put("after", "x");
        store.close();
        Path segment = segments().getFirst();
        byte[] content = fixture.files.content(segment);
        content[40] ^= 1;
        fixture.files.overwrite(segment, content);
        reopen();
        assertThat(get("forged")).isEmpty();
        assertThat(get("k")).isEmpty();
        assertThat(get("after")).contains("x");
    }

    @Test
    void groups_areForcedOnce() throws Exception {
        put("first", "x");
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        fixture.files.fail(
                MemoryFiles.Step.FORCE,
                "never",
                _ -> {
                    forcing.countDown();
                    await(goOn);
                    return false;
                });
        CompletableFuture<WriteOutcome> blocker = log.append(KEY, bytes("a"), Durability.DATA);
        await(forcing);
        List<CompletableFuture<WriteOutcome>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(log.append(key("k" + i), bytes("v" + i), Durability.DATA));
        }
        goOn.countDown();
        blocker.get();
        for (CompletableFuture<WriteOutcome> each : waiting) {
            written(each.get());
        }
        assertThat(fixture.files.journal().stream().filter(each -> each.startsWith("FORCE /")))
                .as("FORMAT, a segment's header, the first record, the blocker, all others")
                .hasSize(5);
    }

    /// Nothing like it is expected; but whoever waits must hear of it.
    @Test
    void groupThatThrows_failsAllWhoWait_andTheLogGoesOn() {
        put("first", "opens the store");
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        fixture.files.fail(
                MemoryFiles.Step.FORCE,
                "never",
                _ -> {
                    forcing.countDown();
                    await(goOn);
                    throw new IllegalStateException("broken");
                });
        var blocker = log.append(KEY, bytes("a"), Durability.DATA);
        await(forcing);
        var waits = log.append(key("waits"), bytes("b"), Durability.DATA);
        goOn.countDown();
        assertThat(blocker)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("broken");
        assertThat(waits)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("broken");

        fixture.files.heal();
        put("next", "x");
        assertThat(get("next")).contains("x");
        assertThat(get("waits")).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void failedForce_refusesTheGroup_keepsWhatWasThere_andGoesOnElsewhere() {
        put("k", "old");
        fixture.files.fail(MemoryFiles.Step.FORCE, "Input/output error");
        assertThat(log.put(KEY, bytes("new"), Durability.DATA))
                .isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(get("k")).contains("old");
        fixture.files.heal();
        fixture.assertAccounts(store);
        put("k", "newer");
        assertThat(segments().getLast())
                .as("the failed one is not written to again")
                .hasFileName(Segment.name(2));
        reopen();
        assertThat(get("k")).contains("newer");
    }

    @Test
    void fullDisk_refusesTheGroup_andKeepsWhatWasThere() {
        put("k", "old");
        fixture.files.capacity(fixture.files.bytesBelow(Path.of("/")) + 100);
        assertThat(log.put(KEY, bytes(1000, 1), Durability.DATA))
                .isInstanceOf(WriteOutcome.NoSpace.class);
        assertThat(get("k")).contains("old");
        fixture.assertAccounts(store);
        fixture.files.heal();
        put("k", "new");
        reopen();
        assertThat(get("k")).contains("new");
    }

    @Test
    void recency_survivesARestart_whatWasUsedLeastGoesFirst() {
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            put(name, filled(name, 1200)); // three in a segment
            fixture.clocks.advance(Duration.ofMinutes(1));
        }
        get("b");
        fixture.clocks.advance(Duration.ofMinutes(1));
        get("e");
        reopen();
        assertThat(log.keys())
                .containsExactly(key("e"), key("b"), key("f"), key("d"), key("c"), key("a"));

        store.reclaim(2000); // the first segment: of its records the one that was used stays
        assertThat(log.keys()).containsExactly(key("e"), key("b"), key("f"), key("d"));
        assertThat(get("b")).contains(filled("b", 1200));
    }

    @Test
    void timeToLive_countsFromTheLastUse_overARestart() {
        store.close();
        store = fixture.open(config.withTimeToLive(Duration.ofDays(2)));
        log = store.log("log");
        put("used", "x");
        put("unused", "x");
        fixture.clocks.advance(Duration.ofDays(1));
        get("used");
        store.close();
        fixture.clocks.advance(Duration.ofDays(1));
        store = fixture.open(config.withTimeToLive(Duration.ofDays(2)));
        log = store.log("log");
        assertThat(get("used")).contains("x");
        assertThat(get("unused")).isEmpty();
    }

    @Test
    void expired_staysGone_whenTheClockIsSetBack() {
        store.close();
        StoreConfig mortal = config.withTimeToLive(Duration.ofDays(2));
        store = fixture.open(mortal);
        log = store.log("log");
        put("k", "x");
        fixture.clocks.advance(Duration.ofDays(2));
        assertThat(get("k")).isEmpty();
        fixture.clocks.setBack(Duration.ofDays(2));
        fixture.assertAccounts(store); // what was reported is done
        StoreFixture killed = fixture.afterCrash(MemoryFiles.Loss.NOTHING, 0);
        store.close();
        for (StoreFixture next : List.of(fixture, killed)) {
            try (WarmStore again = next.open(mortal)) {
                assertThat(again.log("log").get(KEY)).isEmpty();
                written(again.log("log").put(KEY, bytes("new"), Durability.DATA));
                assertThat(again.log("log").get(KEY)).contains("new".getBytes(UTF_8));
            }
        }
        store = fixture.open(mortal);
        log = store.log("log");
        assertThat(get("k")).contains("new");
    }

    @Test
    void damagedRecency_isTheTimeOfWriting() {
        put("a", "x");
        fixture.clocks.advance(Duration.ofMinutes(1));
        put("b", "x");
        fixture.clocks.advance(Duration.ofMinutes(1));
        get("a");
        store.close();
        Path file = LogRecency.file(segments().getFirst().getParent());
        byte[] bytes = fixture.files.content(file);
        bytes[bytes.length / 2] ^= 1;
        fixture.files.overwrite(file, bytes);
        store = fixture.open(config);
        log = store.log("log");
        assertThat(log.keys()).containsExactly(key("b"), key("a"));
    }

    @Test
    void remove_thatCannotBeWritten_isOwed_andNeverFoundAgain() {
        put("k", "old");
        fixture.files.fail(MemoryFiles.Step.WRITE, "Input/output error");
        assertThat(log.remove(KEY, Durability.DATA).written()).isFalse();
        assertThat(get("k")).isEmpty();
        fixture.files.heal();
        put("other", "x");
        reopen();
        assertThat(get("k")).isEmpty();
        assertThat(get("other")).contains("x");
    }

    @Test
    void remove_thatCannotBeWritten_isWrittenAtTheEnd_unlessTheKeyWasPutAgain() {
        put("k", "old");
        put("again", "old");
        fixture.files.fail(MemoryFiles.Step.WRITE, "Input/output error");
        log.remove(KEY, Durability.DATA);
        log.remove(key("again"), Durability.DATA);
        fixture.files.heal();
        put("again", "new");
        log.remove(KEY, Durability.NONE);
        reopen();
        assertThat(get("k")).isEmpty();
        assertThat(get("again")).contains("new");

        put("k", "old");
        fixture.files.fail(MemoryFiles.Step.WRITE, "Input/output error");
        log.remove(KEY, Durability.DATA);
        fixture.files.heal();
        reopen();
        assertThat(get("k")).isEmpty();
    }

    /// The segment with the value cannot be deleted, that with the tombstone is compacted.
    @Test
    void onlySegmentThatCannotBeDeleted_isNotInTheWay() {
        put("k", "x");
        log.remove(KEY, Durability.DATA);
        fixture.files.fail(MemoryFiles.Step.DELETE, "busy", path -> path.endsWith(Segment.name(1)));
        store.compact();
        assertThat(segments()).hasSize(1);
        put("next", "y");
        assertThat(segments().getLast()).hasFileName(Segment.name(2));
        fixture.assertAccounts(store);

        fixture.files.heal();
        log.remove(key("other"), Durability.DATA);
        store.compact();
        assertThat(get("next")).contains("y");
        reopen();
        assertThat(get("next")).contains("y");
        assertThat(get("k")).isEmpty();
    }

    @Test
    void segmentThatCannotBeDeleted_keepsTheTombstones() {
        put("k", filled("old", 3000));
        put("fill", filled("", 3000));
        fixture.files.fail(MemoryFiles.Step.DELETE, "busy", path -> path.endsWith(Segment.name(1)));
        log.remove(KEY, Durability.DATA);
        for (int i = 0; i < 6; i++) {
            store.compact();
            put("fill", filled("" + i, 3500));
        }
        assertThat(segments().getFirst()).hasFileName(Segment.name(1));
        reopen();
        assertThat(get("k")).isEmpty();

        fixture.files.heal();
        store.compact();
        assertThat(get("fill")).contains(filled("5", 3500));
    }

    @Test
    void damagedRecord_doesNotBringTheOlderOneBack() {
        put("keep", filled("", 2500));
        put("k", filled("old", 900));
        put("k", filled("new", 900));
        put("fill", filled("", 2500));
        Path second = segments().get(1);
        byte[] bytes = fixture.files.content(second);
        bytes[Segment.HEADER_BYTES + LogRecord.HEADER_BYTES] ^= 1;
        fixture.files.overwrite(second, bytes);
        assertThat(get("k")).as("damaged").isEmpty();
        reopen();
        assertThat(get("k")).isEmpty();

        put("fill", filled("again", 2500));
        store.verify(); // after what the store does on its own
        assertThat(segments()).as("it was compacted").doesNotContain(second);
        reopen();
        assertThat(get("k")).isEmpty();
        assertThat(get("keep")).contains(filled("", 2500));
    }

    @Test
    void reader_seesWhatTheOwnerAppendsRemovesAndCompacts() {
        put("k", "one");
        try (WarmStore reader = fixture.open(config.reading())) {
            SegmentLog seen = reader.log("log");
            Map<String, String> wanted = new HashMap<>(Map.of("k", "one"));
            for (int i = 0; i < 30; i++) {
                String name = "k" + i % 7;
                put(name, filled("v" + i, 600));
                wanted.put(name, filled("v" + i, 600));
                assertThat(seen.get(key("fresh" + i))).isEmpty();
                wanted.forEach((each, value) ->
                        assertThat(seen.get(key(each)))
                                .as(each)
                                .map(found -> new String(found, StandardCharsets.UTF_8))
                                .contains(value));
            }
            store.compact();
            assertThat(seen.get(key("fresh"))).isEmpty();
            wanted.forEach((each, _) -> assertThat(seen.get(key(each))).as(each).isPresent());
            assertThat(seen.put(KEY, bytes("x"), Durability.DATA))
                    .isInstanceOf(WriteOutcome.Unavailable.class);
        }
    }
}
