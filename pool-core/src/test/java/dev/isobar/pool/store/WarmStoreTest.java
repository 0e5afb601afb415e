package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.best;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static dev.isobar.pool.store.StoreFixture.run;
import static dev.isobar.pool.store.StoreFixture.text;
import static dev.isobar.pool.store.StoreFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Entries: what is stored is found, the best first, and goes when it must.
class WarmStoreTest {

    private static final Fingerprint KEY = key("k");

    private final StoreFixture fixture = new StoreFixture();
    private final WarmStore store = fixture.open();

    @AfterEach
    void accounts() {
        if (store.access() == StoreAccess.OWNER) {
            fixture.assertAccounts(store);
        }
        store.close();
    }

    private void put(String run, Role role, double score, String payload) {
        written(store.put(KEY, run(run, role).withScore(score), bytes(payload)));
    }

    @Test
    void put_thenBest_findsEverything() {
        EntryWrite what = run("r-1", Role.BEST).withScore(1.5).withIteration(7).withSchema(3);
        written(store.put(KEY, what, bytes("payload")));
        StoredEntry found = store.best(KEY).orElseThrow();
        assertThat(text(found)).isEqualTo("payload");
        assertThat(found.payload().isReadOnly()).isTrue();
        assertThat(found.info())
                .isEqualTo(
                        new EntryInfo(
                                KEY,
                                "r-1",
                                Role.BEST,
                                OptionalDouble.of(1.5),
                                OptionalLong.of(7),
                                3,
                                StoreFixture.US,
                                1,
                                fixture.clocks.instant(),
                                7,
                                135));
        assertThat(store.entries()).containsExactly(found.info());
    }

    @Test
    void put_emptyPayload_isFound() {
        written(store.put(KEY, EntryWrite.value(), bytes("")));
        assertThat(best(store, KEY)).contains("");
    }

    @Test
    void best_ofCheckpoints_hasTheBestScore() {
        put("a", Role.LAST, 3, "three");
        put("b", Role.LAST, 1, "one");
        put("c", Role.LAST, 2, "two");
        assertThat(best(store, KEY)).contains("one");
        assertThat(store.best(KEY, ScoreOrder.HIGHER_IS_BETTER).map(StoreFixture::text))
                .contains("three");
    }

    @Test
    void best_anyScore_beatsNone() {
        written(store.put(KEY, run("a", Role.LAST), bytes("none")));
        put("b", Role.LAST, 1e300, "bad");
        written(store.put(KEY, run("c", Role.LAST).withScore(Double.NaN), bytes("nan")));
        assertThat(best(store, KEY)).contains("bad");
    }

    @Test
    void best_equalScores_orNone_isTheNewest() {
        put("b", Role.LAST, 1, "older");
        put("a", Role.LAST, 1, "newer");
        assertThat(best(store, KEY)).contains("newer");
        store.remove(KEY);
        written(store.put(KEY, run("b", Role.LAST), bytes("older")));
        written(store.put(KEY, run("a", Role.LAST), bytes("newer")));
        assertThat(best(store, KEY)).contains("newer");
    }

    @Test
    void best_result_beatsAnyCheckpoint() {
        put("a", Role.FINAL, 10, "result");
        put("b", Role.BEST, 1, "checkpoint");
        assertThat(best(store, KEY)).contains("result");
    }

    @Test
    void best_ofResults_isTheNewest() {
        put("a", Role.FINAL, 1, "older");
        put("b", Role.FINAL, 2, "newer");
        assertThat(best(store, KEY)).contains("newer");
    }

    @Test
    void latest_ignoresScoresAndRoles() {
        put("a", Role.FINAL, 1, "result");
        put("b", Role.LAST, 10, "checkpoint");
        assertThat(best(store, KEY)).contains("result");
        assertThat(store.latest(KEY).map(StoreFixture::text)).contains("checkpoint");
    }

    @Test
    void result_ofThisBuild_isAResult() {
        put("a", Role.FINAL, 1, "done");
        assertThat(store.best(KEY).orElseThrow().isFinal()).isTrue();
    }

    @Test
    void result_ofAnotherBuild_isACheckpoint_withPayloadAndScore() {
        put("a", Role.FINAL, 5, "done");
        put("b", Role.LAST, 1, "better");
        store.close();
        try (WarmStore other = fixture.open(fixture.config().withProducer(new Producer(9, 9)))) {
            assertThat(best(other, KEY)).contains("better");
            assertThat(other.entries(KEY).getLast().role()).isEqualTo(Role.FINAL);
            EntryInfo foreign = other.best(KEY, ScoreOrder.HIGHER_IS_BETTER).orElseThrow().info();
            assertThat(foreign.role()).isEqualTo(Role.LAST);
            assertThat(foreign.score()).hasValue(5);
            assertThat(foreign.producer()).isEqualTo(StoreFixture.US);
        }
    }

    @Test
    void result_ofNobody_isACheckpoint_evenForNobody() {
        store.close();
        try (WarmStore nobody = fixture.open(fixture.config().withProducer(Producer.NOBODY))) {
            written(nobody.put(KEY, EntryWrite.value(), bytes("x")));
            assertThat(nobody.best(KEY).orElseThrow().isFinal()).isFalse();
        }
    }

    @Test
    void checkpoint_ofAnotherBuild_isUnchanged() {
        put("a", Role.BEST, 5, "x");
        store.close();
        try (WarmStore other = fixture.open(fixture.config().withProducer(new Producer(9, 9)))) {
            assertThat(other.best(KEY).orElseThrow().info().role()).isEqualTo(Role.BEST);
        }
    }

    @Test
    void missingKey_isAMiss() {
        assertThat(store.best(KEY)).isEmpty();
        assertThat(store.latest(KEY)).isEmpty();
        assertThat(store.remove(KEY)).isFalse();
        assertThat(store.stats().misses()).isEqualTo(2);
    }

    @Test
    void keys_areIsolated() {
        put("a", Role.LAST, 1, "mine");
        assertThat(store.best(key("other"))).isEmpty();
    }

    @Test
    void put_sameRunAndRole_replaces() {
        put("a", Role.LAST, 1, "one");
        put("a", Role.LAST, 2, "two");
        assertThat(store.entries(KEY)).hasSize(1);
        assertThat(best(store, KEY)).contains("two");
        assertThat(fixture.files.filesBelow(new StorePaths(ROOT).entries())).hasSize(1);
        assertThat(fixture.files.filesBelow(new StorePaths(ROOT).temporary())).isEmpty();
    }

    @Test
    void remove_takesAll_durably() {
        put("a", Role.LAST, 1, "one");
        put("a", Role.BEST, 2, "two");
        assertThat(store.remove(KEY)).isTrue();
        assertThat(store.best(KEY)).isEmpty();
        StoreFixture after = fixture.afterCrash(MemoryFiles.Loss.ALL, 0);
        try (WarmStore again = after.open()) {
            assertThat(again.best(KEY)).isEmpty();
        }
    }

    @Test
    void reopen_cleanOrNot_findsAll_andGoesOnCounting() {
        put("a", Role.LAST, 1, "one");
        StoreFixture killed = fixture.afterCrash(MemoryFiles.Loss.NOTHING, 0);
        store.close();
        for (StoreFixture each : new StoreFixture[] {killed, fixture}) {
            try (WarmStore again = each.open()) {
                assertThat(best(again, KEY)).contains("one");
                WriteOutcome outcome = again.put(KEY, EntryWrite.value(), bytes("two"));
                assertThat(outcome).isEqualTo(new WriteOutcome.Written(2, 131));
            }
        }
    }

    /// The mark knows of generations that nothing is left of.
    @Test
    void reopen_clean_remembersTheGeneration() {
        for (int i = 0; i < 5; i++) {
            put("a", Role.LAST, i, "x");
        }
        store.remove(KEY);
        store.close();
        try (WarmStore again = fixture.open()) {
            assertThat(again.put(KEY, EntryWrite.value(), bytes("y")))
                    .isEqualTo(new WriteOutcome.Written(6, 129));
        }
    }

    @Test
    void mark_isThereOnlyAfterACleanEnd() {
        put("a", Role.LAST, 1, "x");
        assertThat(fixture.files.exists(new StorePaths(ROOT).clean())).isFalse();
        store.close();
        assertThat(fixture.files.exists(new StorePaths(ROOT).clean())).isTrue();
        try (WarmStore again = fixture.open()) {
            assertThat(again.access()).isEqualTo(StoreAccess.OWNER);
            assertThat(fixture.files.exists(new StorePaths(ROOT).clean())).isFalse();
        }
    }

    @Test
    void tooLarge_isRefusedBeforeAnythingHappens() {
        put("a", Role.LAST, 1, "kept");
        int steps = fixture.files.steps();
        assertThat(store.put(KEY, EntryWrite.value(), bytes(1 << 20, 1)))
                .isEqualTo(new WriteOutcome.TooLarge((1 << 20) + 128, 1 << 20));
        assertThat(fixture.files.steps()).isEqualTo(steps);
        assertThat(best(store, KEY)).contains("kept");
    }

    @Test
    void overBudget_theLeastRecentlyUsedGo_howeverOldTheyAre() {
        store.close();
        try (WarmStore small = fixture.open(fixture.config().withBudgetBytes(4096))) {
            for (int i = 0; i < 20; i++) {
                fixture.clocks.advance(Duration.ofSeconds(1));
                written(small.put(key("k" + i), EntryWrite.value(), bytes(512, i)));
                assertThat(small.best(key("k0"))).as("used all the time, after %s", i).isPresent();
                fixture.assertAccounts(small);
                assertThat(small.usedBytes()).isLessThanOrEqualTo(4096);
            }
            assertThat(small.best(key("k1"))).isEmpty();
            assertThat(small.best(key("k19"))).isPresent();
            assertThat(small.stats().evicted()).isGreaterThan(10);
        }
    }

    @Test
    void priority_saysWhatGoes_andWhatStays() {
        store.close();
        StoreConfig config =
                fixture.config()
                        .withBudgetBytes(4096)
                        .withPriority(
                                dev.isobar.pool.EvictionPriority.<EntryInfo>lru()
                                        .keeping(info -> info.run().equals("keep")));
        try (WarmStore small = fixture.open(config)) {
            written(small.put(key("kept"), run("keep", Role.FINAL), bytes(2000, 1)));
            for (int i = 0; i < 5; i++) {
                fixture.clocks.advance(Duration.ofSeconds(1));
                written(small.put(key("k" + i), EntryWrite.value(), bytes(1000, i)));
            }
            assertThat(small.best(key("kept"))).isPresent();
            assertThat(small.put(key("big"), EntryWrite.value(), bytes(3000, 1)))
                    .isInstanceOf(WriteOutcome.NoSpace.class);
            assertThat(small.best(key("kept"))).isPresent();
        }
    }

    @Test
    void timeToLive_countsFromTheLastUse() {
        StoreConfig config = fixture.config().withTimeToLive(Duration.ofMinutes(10));
        store.close();
        try (WarmStore mortal = fixture.open(config)) {
            written(mortal.put(key("used"), EntryWrite.value(), bytes("x")));
            written(mortal.put(key("unused"), EntryWrite.value(), bytes("x")));
            fixture.clocks.advance(Duration.ofMinutes(9));
            assertThat(mortal.best(key("used"))).isPresent();
            fixture.clocks.advance(Duration.ofMinutes(1));
            assertThat(mortal.best(key("unused"))).isEmpty();
            assertThat(mortal.best(key("used"))).isPresent();
            written(mortal.put(key("another"), EntryWrite.value(), bytes("x")));
            assertThat(mortal.entries()).hasSize(2);
            assertThat(mortal.stats().expired()).isEqualTo(1);
            fixture.assertAccounts(mortal);
        }
        fixture.clocks.advance(Duration.ofMinutes(9));
        try (WarmStore again = fixture.open(config)) {
            assertThat(again.best(key("used"))).isPresent();
        }
        fixture.clocks.advance(Duration.ofMinutes(10));
        try (WarmStore again = fixture.open(config)) {
            assertThat(again.best(key("used"))).isEmpty();
        }
    }

    /// The owner is killed: when entries were used was written down by the way.
    @Test
    void recency_outlivesAKill() {
        StoreConfig config = fixture.config().withTimeToLive(Duration.ofMinutes(10));
        store.close();
        WarmStore killed = fixture.open(config);
        written(killed.put(key("used"), EntryWrite.value(), bytes("x")));
        fixture.clocks.advance(Duration.ofMinutes(9));
        assertThat(killed.best(key("used"))).isPresent();
        written(killed.put(key("after"), EntryWrite.value(), bytes("x")));
        StoreFixture after = fixture.afterCrash(MemoryFiles.Loss.NOTHING, 0);
        killed.close();
        after.clocks.advance(Duration.ofMinutes(9));
        try (WarmStore again = after.open(config)) {
            assertThat(again.best(key("used"))).isPresent();
            after.assertAccounts(again);
        }
    }

    @Test
    void clocks_setBackOrForward_loseNothing_whileOpen() {
        StoreConfig config = fixture.config().withTimeToLive(Duration.ofMinutes(10));
        store.close();
        try (WarmStore open = fixture.open(config)) {
            put(open, "before");
            fixture.clocks.setBack(Duration.ofDays(900));
            put(open, "back");
            fixture.clocks.setBack(Duration.ofDays(-9000));
            put(open, "forward");
            assertThat(best(open, KEY)).contains("forward");
            assertThat(open.entries(KEY)).hasSize(3);
        }
        fixture.clocks.setBack(Duration.ofDays(9000));
        try (WarmStore again = fixture.open(config)) {
            assertThat(again.latest(KEY).map(StoreFixture::text)).contains("forward");
            put(again, "now");
            assertThat(again.latest(KEY).map(StoreFixture::text)).contains("now");
            fixture.clocks.advance(Duration.ofMinutes(11));
            assertThat(again.best(KEY)).as("the future does not live for ever").isEmpty();
        }
    }

    @Test
    void expired_staysGone_whenTheClockIsSetBack() {
        StoreConfig mortal = fixture.config().withTimeToLive(Duration.ofMinutes(10));
        store.close();
        WarmStore open = fixture.open(mortal);
        put(open, "old");
        fixture.clocks.advance(Duration.ofMinutes(10));
        assertThat(open.best(KEY)).isEmpty();
        fixture.clocks.setBack(Duration.ofMinutes(10));
        fixture.assertAccounts(open); // what was reported is done
        StoreFixture killed = fixture.afterCrash(MemoryFiles.Loss.NOTHING, 0);
        open.close();
        for (StoreFixture next : List.of(fixture, killed)) {
            try (WarmStore again = next.open(mortal)) {
                assertThat(again.best(KEY)).isEmpty();
                put(again, "new");
                assertThat(best(again, KEY)).contains("new");
            }
        }
    }

    private static void put(WarmStore into, String run) {
        written(into.put(KEY, run(run, Role.FINAL), bytes(run)));
    }

    @Test
    void resize_smaller_deletesWhatDoesNotFit() {
        for (int i = 0; i < 10; i++) {
            written(store.put(key("k" + i), EntryWrite.value(), bytes(1000, i)));
        }
        store.resize(4096);
        assertThat(store.usedBytes()).isLessThanOrEqualTo(4096);
        assertThat(store.best(key("k9"))).isPresent();
        assertThatThrownBy(() -> store.resize(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reclaim_saysWhatIsGone() {
        for (int i = 0; i < 10; i++) {
            written(store.put(key("k" + i), EntryWrite.value(), bytes(1000, i)));
        }
        long before = fixture.files.bytesBelow(ROOT);
        assertThat(store.reclaim(1500)).isEqualTo(2 * 1128);
        assertThat(fixture.files.bytesBelow(ROOT)).isEqualTo(before - 2 * 1128);
        assertThat(store.reclaim(0)).isZero();
        assertThat(store.reclaim(Long.MAX_VALUE)).isEqualTo(8 * 1128);
        assertThat(store.entries()).isEmpty();
    }

    @Test
    void off_isAMiss_andTouchesNothing() {
        try (WarmStore off = WarmStore.of(StoreConfig.off(), fixture.files)) {
            assertThat(off.access()).isEqualTo(StoreAccess.NONE);
            assertThat(off.reason()).isEqualTo("no store is configured");
            assertThat(off.best(KEY)).isEmpty();
            assertThat(off.put(KEY, EntryWrite.value(), bytes("x")))
                    .isEqualTo(new WriteOutcome.Unavailable("no store is configured", null));
            assertThat(off.log("log").get(KEY)).isEmpty();
            assertThat(off.log("log").put(KEY, bytes("x"), Durability.DATA).written()).isFalse();
        }
        assertThat(fixture.files.steps()).isZero();
    }

    @Test
    void of_isLazy_andUsesTheExactRoot() {
        assertThat(fixture.files.steps()).isZero();
        put("a", Role.LAST, 1, "x");
        assertThat(fixture.files.filesBelow(ROOT)).isNotEmpty();
        assertThat(store.log("a")).isSameAs(store.log("a"));
    }

    @Test
    void folderThatIsNoStore_isLeftAlone() throws Exception {
        fixture.files.createFolder(ROOT.getParent());
        fixture.files.createFolder(ROOT);
        fixture.files.create(ROOT.resolve("thesis.doc")).close();
        assertThat(store.access()).isEqualTo(StoreAccess.NONE);
        assertThat(store.reason()).contains("/data/warm").contains("thesis.doc");
        assertThat(store.put(KEY, EntryWrite.value(), bytes("x")))
                .isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(fixture.files.filesBelow(ROOT)).containsExactly(ROOT.resolve("thesis.doc"));
    }

    @Test
    void confinedPayload_isRefused() {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> store.put(KEY, EntryWrite.value(), arena.allocate(8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        try (Arena arena = Arena.ofShared()) {
            written(store.put(KEY, EntryWrite.value(), arena.allocate(8)));
        }
    }

    @Test
    void closed_missesAndRefuses() {
        put("a", Role.LAST, 1, "x");
        SegmentLog log = store.log("log");
        log.put(KEY, bytes("x"), Durability.DATA);
        store.close();
        store.close();
        assertThat(store.best(KEY)).isEmpty();
        assertThat(log.get(KEY)).isEmpty();
        assertThatThrownBy(() -> store.put(KEY, EntryWrite.value(), bytes("x")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.put(KEY, bytes("x"), Durability.DATA))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void writersAndAnEvictor_disturbNobody() throws Exception {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int id = writer;
            writers.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                            .start(() -> write200(id)));
        }
        while (writers.stream().anyMatch(Thread::isAlive)) {
            store.reclaim(1000);
        }
        assertThat(failures).isEmpty();
        fixture.assertAccounts(store);
    }

    private void write200(int writer) {
        for (int i = 0; i < 200; i++) {
            Fingerprint key = key("k" + i % 5);
            written(store.put(key, run("w" + writer, Role.LAST), bytes("" + i)));
            written(store.log("log").put(key, bytes(200, i), Durability.DATA));
            int remainder = i % 5;
            store.best(key)
                    .map(StoreFixture::text)
                    .ifPresent(
                            found -> assertThat(Integer.parseInt(found) % 5).isEqualTo(remainder));
        }
    }

    @Test
    void badSettings_areRefused() {
        StoreConfig config = fixture.config();
        assertThatThrownBy(() -> config.withBudgetBytes(4095)).hasMessageContaining("4095");
        assertThatThrownBy(() -> config.withSegmentBytes(1)).hasMessageContaining("1");
        assertThatThrownBy(() -> config.withTimeToLive(Duration.ofSeconds(-1)))
                .hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> run("../up", Role.BEST)).hasMessageContaining("../up");
        assertThatThrownBy(() -> run("", Role.BEST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.log("../up")).hasMessageContaining("../up");
    }
}
