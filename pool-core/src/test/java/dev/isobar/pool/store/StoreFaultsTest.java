package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.best;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static dev.isobar.pool.store.StoreFixture.run;
import static dev.isobar.pool.store.StoreFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.pool.store.MemoryFiles.Step;
import dev.isobar.pool.store.WriteOutcome.NoSpace;
import dev.isobar.pool.store.WriteOutcome.Unavailable;
import dev.isobar.pool.store.WriteOutcome.Unsettled;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a disk can do to entries: each time an answer that says so, and what was there is still there.
class StoreFaultsTest {

    private static final Fingerprint KEY = key("k");

    private final StoreFixture fixture = new StoreFixture();

    private WarmStore opened(String payload) {
        WarmStore store = fixture.open();
        written(store.put(KEY, EntryWrite.value(), bytes(payload)));
        return store;
    }

    private Path entry() {
        return fixture.file(KEY, "value.final");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "WRITE", "FORCE", "MOVE"})
    void failingStep_keepsThePreviousEntry_byteForByte(Step step) {
        try (WarmStore store = opened("old")) {
            byte[] before = fixture.files.content(entry());
            fixture.files.fail(step, "Input/output error");
            WriteOutcome outcome = store.put(KEY, EntryWrite.value(), bytes("new"));
            assertThat(outcome).isInstanceOf(Unavailable.class);
            assertThat(((Unavailable) outcome).reason()).contains("Input/output error");
            assertThat(fixture.files.content(entry())).isEqualTo(before);
            assertThat(best(store, KEY)).contains("old");
            fixture.assertAccounts(store);
            fixture.files.heal();
            written(store.put(KEY, EntryWrite.value(), bytes("new")));
            fixture.assertAccounts(store);
        }
    }

    @Test
    void fullDisk_keepsThePreviousEntry_byteForByte() {
        try (WarmStore store = opened("old")) {
            byte[] before = fixture.files.content(entry());
            fixture.files.capacity(fixture.files.bytesBelow(Path.of("/")) + 200);
            WriteOutcome outcome = store.put(KEY, EntryWrite.value(), bytes(5000, 1));
            assertThat(outcome).isEqualTo(new NoSpace(5128, "No space left on device"));
            assertThat(fixture.files.content(entry())).isEqualTo(before);
            assertThat(fixture.files.filesBelow(new StorePaths(ROOT).temporary())).isEmpty();
            fixture.assertAccounts(store);
        }
    }

    /// The new file is in sight by then: this is the one failure after which the new value is found.
    @Test
    void failedForceOfTheFolder_isUnsettled() {
        try (WarmStore store = opened("old")) {
            fixture.files.fail(Step.FORCE_FOLDER, "Input/output error");
            assertThat(store.put(KEY, EntryWrite.value(), bytes("new")))
                    .isInstanceOf(Unsettled.class);
            fixture.files.heal();
            assertThat(best(store, KEY)).contains("new");
            fixture.assertAccounts(store);
        }
    }

    @Test
    void temporaryFileThatCannotBeDeleted_staysCharged_andGoesLater() {
        try (WarmStore store = opened("old")) {
            fixture.files.fail(Step.MOVE, "Input/output error");
            fixture.files.fail(Step.DELETE, "Input/output error");
            store.put(KEY, EntryWrite.value(), bytes("new"));
            assertThat(store.stats().temporaryBytes()).isEqualTo(131);
            fixture.assertAccounts(store);
            fixture.files.heal();
            written(store.put(KEY, EntryWrite.value(), bytes("newer")));
            assertThat(store.stats().temporaryBytes()).isZero();
            fixture.assertAccounts(store);
        }
    }

    @Test
    void failuresInARow_pauseWrites_thenOneIsTried() {
        try (WarmStore store = opened("old")) {
            fixture.files.fail(Step.FORCE, "Input/output error");
            for (int i = 0; i < WriteBreaker.FAILURES; i++) {
                store.put(KEY, EntryWrite.value(), bytes("new"));
            }
            assertThat(store.stats().paused()).isTrue();
            int steps = fixture.files.steps();
            assertThat(store.put(KEY, EntryWrite.value(), bytes("new")))
                    .isInstanceOf(Unavailable.class);
            assertThat(store.log("log").put(KEY, bytes("x"), Durability.DATA).written()).isFalse();
            assertThat(fixture.files.steps()).as("the disk is left alone").isEqualTo(steps);
            assertThat(best(store, KEY)).contains("old");
            fixture.clocks.advance(WriteBreaker.FIRST_PAUSE);
            store.put(KEY, EntryWrite.value(), bytes("new"));
            assertThat(fixture.files.steps()).as("one is tried").isGreaterThan(steps);
            fixture.files.heal();
            fixture.clocks.advance(WriteBreaker.FIRST_PAUSE);
            assertThat(store.put(KEY, EntryWrite.value(), bytes("new")).written())
                    .as("the pause is twice as long now")
                    .isFalse();
            fixture.clocks.advance(WriteBreaker.FIRST_PAUSE);
            written(store.put(KEY, EntryWrite.value(), bytes("new")));
            assertThat(store.stats().paused()).isFalse();
        }
    }

    /// Nothing like it is expected; but writes must not stay paused for ever.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void triedWriteThatThrows_isTriedAgainAfterThePause(boolean toTheLog) {
        try (WarmStore store = opened("old")) {
            fixture.files.fail(Step.FORCE, "Input/output error");
            for (int i = 0; i < WriteBreaker.FAILURES; i++) {
                store.put(KEY, EntryWrite.value(), bytes("new"));
            }
            fixture.clocks.advance(WriteBreaker.FIRST_PAUSE);
            fixture.files.fail(
                    Step.FORCE,
                    "never",
                    _ -> {
                        throw new IllegalArgumentException("broken");
                    });
            assertThatIllegalArgumentException().isThrownBy(() -> write(store, toTheLog));
            fixture.files.heal();
            assertThat(write(store, toTheLog).written()).as("there is a pause first").isFalse();
            fixture.clocks.advance(WriteBreaker.FIRST_PAUSE);
            written(write(store, toTheLog));
            assertThat(store.stats().paused()).isFalse();
            fixture.assertAccounts(store);
        }
    }

    private static WriteOutcome write(WarmStore store, boolean toTheLog) {
        return toTheLog
                ? store.log("log").put(KEY, bytes("new"), Durability.DATA)
                : store.put(KEY, EntryWrite.value(), bytes("new"));
    }

    @Test
    void readOnlyRoot_stillServesHits_fromBoth() {
        try (WarmStore store = opened("old")) {
            written(store.log("log").put(KEY, bytes("record"), Durability.DATA));
        }
        fixture.files.readOnly();
        try (WarmStore store = fixture.open()) {
            assertThat(store.access()).isEqualTo(StoreAccess.READER);
            assertThat(store.reason()).contains("Read-only file system");
            assertThat(best(store, KEY)).contains("old");
            assertThat(store.log("log").get(KEY)).isPresent();
            assertThat(store.put(KEY, EntryWrite.value(), bytes("new")))
                    .isInstanceOf(Unavailable.class);
            assertThat(store.log("log").put(KEY, bytes("new"), Durability.DATA))
                    .isInstanceOf(Unavailable.class);
            assertThat(store.verify().good()).isTrue();
        }
    }

    /// It becomes read-only while the store owns it.
    @Test
    void rootThatTurnsReadOnly_servesHits_andClosesQuietly() {
        WarmStore store = opened("old");
        fixture.files.readOnly();
        assertThat(best(store, KEY)).contains("old");
        assertThat(store.put(KEY, EntryWrite.value(), bytes("new")).written()).isFalse();
        store.close();
        fixture.files.heal();
        try (WarmStore again = fixture.open()) {
            assertThat(best(again, KEY)).contains("old");
        }
    }

    @Test
    void unusableRoot_isOneDecision_thatStays() throws Exception {
        fixture.files.createFolder(ROOT.getParent());
        fixture.files.readOnly();
        try (WarmStore store = fixture.open()) {
            assertThat(store.access()).isEqualTo(StoreAccess.NONE);
            assertThat(store.best(KEY)).isEmpty();
            fixture.files.heal();
            int steps = fixture.files.steps();
            assertThat(store.put(KEY, EntryWrite.value(), bytes("x")).written()).isFalse();
            assertThat(fixture.files.steps()).isEqualTo(steps);
        }
    }

    @Test
    void damagedEntry_isPassedOver_andPutAway() {
        try (WarmStore store = opened("x")) {
            written(store.put(KEY, run("good", Role.BEST).withScore(1), bytes("next")));
            byte[] content = fixture.files.content(entry());
            content[content.length - 1] ^= 1;
            fixture.files.overwrite(entry(), content);
            assertThat(best(store, KEY)).contains("next");
            store.verify();
            assertThat(fixture.files.exists(entry())).isFalse();
            assertThat(fixture.files.filesBelow(new StorePaths(ROOT).quarantine())).hasSize(1);
            assertThat(store.stats().damaged()).isPositive();
            fixture.assertAccounts(store);
        }
    }

    @Test
    void damagedEntry_isPutAway_whenTheRootIsOpened() {
        opened("x").close();
        fixture.files.overwrite(entry(), new byte[60]);
        fixture.files.overwrite(new StorePaths(ROOT).clean(), new byte[3]);
        try (WarmStore store = fixture.open()) {
            assertThat(store.best(KEY)).isEmpty();
            assertThat(store.stats().quarantineBytes()).isEqualTo(60);
            fixture.assertAccounts(store);
        }
    }

    @Test
    void quarantine_isBounded() {
        try (WarmStore store = opened("x")) {
            for (int i = 0; i < Janitor.QUARANTINED_AT_MOST + 20; i++) {
                Fingerprint each = key("bad" + i);
                written(store.put(each, EntryWrite.value(), bytes("payload")));
                fixture.files.overwrite(fixture.file(each, "value.final"), new byte[200]);
                assertThat(store.best(each)).isEmpty();
            }
            store.verify();
            store.put(KEY, EntryWrite.value(), bytes("y"));
            assertThat(fixture.files.filesBelow(new StorePaths(ROOT).quarantine()))
                    .hasSize(Janitor.QUARANTINED_AT_MOST);
        }
    }

    @Test
    void entryThatIsGone_isAMiss_andForgotten() throws Exception {
        try (WarmStore store = opened("x")) {
            fixture.files.delete(entry());
            assertThat(store.best(KEY)).isEmpty();
            written(store.put(key("other"), EntryWrite.value(), bytes("y")));
            assertThat(store.entries(KEY)).isEmpty();
            fixture.assertAccounts(store);
        }
    }

    @Test
    void laterVersion_isLeftAlone_andCharged() {
        opened("x").close();
        byte[] content = fixture.files.content(entry());
        content[8] = 2;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(content, 0, 124);
        java.nio.ByteBuffer.wrap(content)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(124, (int) crc.getValue());
        fixture.files.overwrite(entry(), content);
        fixture.files.overwrite(new StorePaths(ROOT).clean(), new byte[0]);
        try (WarmStore store = fixture.open()) {
            assertThat(store.best(KEY)).isEmpty();
            assertThat(fixture.files.content(entry())).isEqualTo(content);
            assertThat(store.reclaim(Long.MAX_VALUE)).isZero();
            fixture.assertAccounts(store);
        }
    }

    @Test
    void leftTemporaries_areSwept_byTheNextOwner() throws Exception {
        opened("x").close();
        Path left = new StorePaths(ROOT).temporary().resolve("99.tmp");
        fixture.files.create(left).close();
        try (WarmStore store = fixture.open()) {
            assertThat(best(store, KEY)).contains("x");
            assertThat(fixture.files.exists(left)).isFalse();
        }
    }

    @Test
    void emptyKeyFolders_goWhenTheRootIsOpened_notBefore() {
        WarmStore store = opened("x");
        store.remove(KEY);
        Path folder = new StorePaths(ROOT).folder(KEY);
        assertThat(fixture.files.isFolder(folder)).isTrue();
        StoreFixture killed = fixture.afterCrash(MemoryFiles.Loss.NOTHING, 0);
        store.close();
        try (WarmStore again = killed.open()) {
            assertThat(again.access()).isEqualTo(StoreAccess.OWNER);
            assertThat(killed.files.isFolder(folder)).isFalse();
            written(again.put(KEY, EntryWrite.value(), bytes("y")));
            assertThat(best(again, KEY)).contains("y");
        }
    }
}
