package dev.isobar.pool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ResourceRefusal.TierExhausted;
import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.pool.EvictionPriority;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.TierChain;
import dev.isobar.pool.ValuePool;
import dev.isobar.pool.store.RestoreReport.End;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log as a tier, its buffer, and what comes back after a restart.
class LogTierTest {

    private static final int COST = 5 + WriteBehind.OVERHEAD_BYTES;

    @TempDir private Path root;
    private final List<WarmStore> stores = new ArrayList<>();

    /// Texts of five letters under numbers. A text that begins with "old" is stale; one that begins with
    /// "big" finds no room.
    private static final class Texts implements StoreCodec<Integer, String> {
        @Override
        public Fingerprint fingerprint(Integer key) {
            byte[] bytes = new byte[Fingerprint.BYTES];
            bytes[0] = key.byteValue();
            bytes[1] = (byte) (key >> 8);
            return Fingerprint.of(bytes);
        }

        @Override
        public Integer key(Fingerprint fingerprint) {
            byte[] bytes = fingerprint.bytes();
            return (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8;
        }

        @Override
        public int bytes(String value) {
            return value.length();
        }

        @Override
        public void encode(String value, MemorySegment into) {
            MemorySegment.copy(
                    MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)),
                    0,
                    into,
                    0,
                    value.length());
        }

        @Override
        public @Nullable String decode(Integer key, MemorySegment payload) {
            String text =
                    new String(payload.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            if (text.startsWith("big")) {
                throw new ResourceRefusedException(new TierExhausted("pool", 5, 0, 0, ""));
            }
            return text.startsWith("old") ? null : text;
        }
    }

    private WarmStore open() {
        WarmStore store = WarmStore.of(StoreConfig.at(root));
        stores.add(store);
        return store;
    }

    private LogTier<Integer, String> tier(WarmStore store) {
        return new LogTier<>(store, "texts", new Texts());
    }

    /// A tier whose thread never runs: tests run what it would do.
    private LogTier<Integer, String> stillTier(WarmStore store, long bufferBytes) {
        return stillTier(store, bufferBytes, SpillRules.everything());
    }

    private LogTier<Integer, String> stillTier(
            WarmStore store, long bufferBytes, SpillRules<Integer, String> rules) {
        return new LogTier<>(
                store,
                "texts",
                new Texts(),
                bufferBytes,
                rules,
                _ -> Thread.ofVirtual().unstarted(() -> {}));
    }

    /// Time goes on whenever the store asks for it.
    @Test
    void peek_readsWithoutUse_fetchWithIt() {
        var now = new AtomicLong();
        StoreConfig ticking =
                StoreConfig.at(root)
                        .withClocks(Clock.systemUTC(), () -> now.addAndGet(1_000_000_000));
        try (WarmStore store = WarmStore.of(ticking);
                LogTier<Integer, String> tier = tier(store)) {
            tier.offer(1, "first");
            tier.offer(2, "secon");
            assertThat(tier.peek(1)).isEqualTo("first");
            tier.flush();
            assertThat(tier.peek(1)).isEqualTo("first");
            assertThat(tier.peek(3)).isNull();
            assertThat(tier.keys()).containsExactly(2, 1);
            assertThat(tier.fetch(1)).isEqualTo("first");
            assertThat(tier.keys()).containsExactly(1, 2);
        }
    }

    private static ValuePool<Integer, String> pool(int limit) {
        return new ValuePool<>(
                PoolConfig.<Integer, String>builder("texts")
                        .limitBytes(limit)
                        .sizer(String::length)
                        .priority(EvictionPriority.lru())
                        .build());
    }

    private static RestoreReport restore(
            ValuePool<Integer, String> pool, LogTier<Integer, String> tier, double fill) {
        return new WarmRestorer<>(pool, tier, () -> PressureTier.NORMAL, fill).run(() -> false);
    }

    @AfterEach
    void close() {
        stores.forEach(WarmStore::close);
    }

    @Test
    void offered_isFoundBeforeAndAfterItIsWritten_andAfterARestart() {
        WarmStore store = open();
        var tier = stillTier(store, 1000);
        assertThat(tier.offer(1, "hello")).isTrue();
        assertThat(tier.holds(1)).isTrue();
        assertThat(tier.fetch(1)).isEqualTo("hello");
        assertThat(tier.stats().written()).isZero();

        ((WriteBehind) tier.buffer()).writeBatch();
        assertThat(tier.stats().written()).isEqualTo(1);
        assertThat(tier.stats().bufferedBytes()).isZero();
        assertThat(tier.fetch(1)).isEqualTo("hello");
        store.close();

        assertThat(tier(open()).fetch(1)).isEqualTo("hello");
        assertThat(tier.stats().found()).isEqualTo(2);
    }

    @Test
    void fullBuffer_takesNothingMore_andNobodyWaits() {
        var tier = stillTier(open(), 2 * COST);
        assertThat(tier.offer(1, "aaaaa")).isTrue();
        assertThat(tier.offer(2, "bbbbb")).isTrue();
        assertThat(tier.offer(3, "ccccc")).isFalse();
        assertThat(tier.offer(1, "aaaaa")).as("it is there already").isTrue();

        assertThat(tier.buffer().usage().usedBytes()).isEqualTo(2 * COST);
        assertThat(tier.buffer().usage().pressure()).isEqualTo(1);
        assertThat(tier.stats().full()).isEqualTo(1);
    }

    @Test
    void buffer_underPressure_dropsTheNewest() {
        var tier = stillTier(open(), 10 * COST);
        for (int i = 0; i < 4; i++) {
            tier.offer(i, "aaaa" + i);
        }

        var result = tier.buffer().reclaim(ReclaimRequest.of(COST + 1));

        assertThat(result.freedBytes()).isEqualTo(2 * COST);
        assertThat(tier.buffer().usage().usedBytes()).isEqualTo(2 * COST);
        assertThat(IntStream.range(0, 4).filter(tier::holds)).containsExactly(0, 1);
        assertThat(tier.stats().dropped()).isEqualTo(2);
    }

    @Test
    void rules_copyOnlyWhatSavesMoreThanItCosts() {
        SpillRules<Integer, String> rules =
                SpillRules.<Integer, String>everything()
                        .withDiskBytesPerSecond(1_000_000) // a microsecond a byte
                        .withSavedNanos((key, _) -> key * 1000.0);
        var tier = stillTier(open(), 10_000, rules);

        assertThat(IntStream.range(0, 8).filter(i -> tier.offer(i, "hello"))).containsExactly(6, 7);
        assertThat(tier.stats().unworthy()).isEqualTo(6);
        assertThat(tier.stats().bufferedBytes()).isEqualTo(2 * COST);
    }

    @Test
    void rules_limitBytesOverTime_andTakeWhatIsThereAlready() {
        var clocks = new TestClocks();
        WarmStore store = WarmStore.of(StoreConfig.at(root).withClocks(clocks, clocks));
        stores.add(store);
        var tier =
                stillTier(
                        store,
                        10_000,
                        SpillRules.<Integer, String>everything().withBytesPerSecond(10));

        assertThat(IntStream.range(0, 5).filter(i -> tier.offer(i, "hello"))).containsExactly(0, 1);
        assertThat(tier.offer(1, "hello")).as("it is there").isTrue();
        assertThat(tier.stats().throttled()).isEqualTo(3);
        clocks.advance(java.time.Duration.ofSeconds(1));
        assertThat(tier.offer(3, "hello")).isTrue();
    }

    @Test
    void hostAtHigh_writesNothing_unlessSomebodyWaits_atCriticalItDrops() {
        var pressure = new AtomicReference<>(PressureTier.HIGH);
        SpillRules<Integer, String> rules =
                SpillRules.<Integer, String>everything().withPressure(pressure::get);
        var still = stillTier(open(), 10_000, rules);
        still.offer(1, "hello");
        var behind = (WriteBehind) still.buffer();
        assertThat(behind.mayWrite()).isFalse();
        assertThat(still.holds(1)).isTrue();

        pressure.set(PressureTier.CRITICAL);
        assertThat(behind.mayWrite()).isFalse();
        assertThat(still.holds(1)).isFalse();
        assertThat(still.stats().dropped()).isEqualTo(1);
        assertThat(behind.usage().usedBytes()).isZero();

        pressure.set(PressureTier.HIGH);
        var tier = new LogTier<>(open(), "other", new Texts(), 10_000, rules);
        tier.offer(2, "hello");
        tier.flush();
        assertThat(tier.stats().written()).isEqualTo(1);
        tier.close();
    }

    @Test
    void offer_touchesNoDisk() {
        var tier = stillTier(open(), 1000);
        tier.offer(1, "hello");
        tier.holds(2);

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void thread_writesWhatIsOffered() {
        var tier = tier(open());
        for (int i = 0; i < 5000; i++) {
            while (!tier.offer(i, "%05d".formatted(i))) {
                tier.flush();
            }
        }
        tier.close();

        assertThat(tier.stats().written()).isEqualTo(5000);
        assertThat(tier.stats().failed()).isZero();
        assertThat(tier.stats().bufferedBytes()).isZero();
        assertThat(tier.offer(9999, "later")).isFalse();
        assertThat(tier.fetch(4711)).isEqualTo("04711");
    }

    @Test
    void noThreadToBeHad_takesNothing_andTriesAgain() {
        var none = new AtomicBoolean(true);
        var tier =
                new LogTier<>(
                        open(),
                        "texts",
                        new Texts(),
                        1000,
                        SpillRules.<Integer, String>everything(),
                        task -> {
                            if (none.getAndSet(false)) {
                                throw new IllegalStateException("no thread");
                            }
                            return Thread.ofVirtual().unstarted(task);
                        });
        assertThatIllegalStateException().isThrownBy(() -> tier.offer(1, "hello"));
        assertThat(tier.buffer().usage().usedBytes()).isZero();
        assertThat(tier.holds(1)).isFalse();

        assertThat(tier.offer(1, "hello")).isTrue();
        tier.flush();
        assertThat(tier.fetch(1)).isEqualTo("hello");
        assertThat(tier.buffer().usage().usedBytes()).isZero();
        tier.close();
    }

    @Test
    void storeThatFails_losesTheValue_andSaysSo() {
        WarmStore store = open();
        var tier = stillTier(store, 1000);
        tier.offer(1, "hello");
        store.close();
        ((WriteBehind) tier.buffer()).writeBatch();

        assertThat(tier.stats().failed()).isEqualTo(1);
        assertThat(tier.stats().bufferedBytes()).isZero();
        assertThat(tier.fetch(1)).isNull();
        tier.forget(1);
    }

    @Test
    void reader_isOfferedNothing() {
        WarmStore owner = open();
        assertThat(owner.access()).isEqualTo(StoreAccess.OWNER);
        tier(owner).checkpoint(List.of());
        WarmStore reader = WarmStore.of(StoreConfig.at(root).reading());
        stores.add(reader);
        assertThat(reader.access()).isEqualTo(StoreAccess.READER);

        assertThat(tier(reader).offer(1, "hello")).isFalse();
    }

    @Test
    void stale_isForgotten_soThatAFreshOneIsWritten() {
        var tier = tier(open());
        tier.offer(1, "old 1");
        tier.flush();

        assertThat(tier.fetch(1)).isNull();
        assertThat(tier.holds(1)).isFalse();
        assertThat(tier.offer(1, "new 1")).isTrue();
        assertThat(tier.fetch(1)).isEqualTo("new 1");
        assertThat(tier.stats().stale()).isEqualTo(1);
    }

    @Test
    void restart_bringsBackWhatWasWorthMost_first() {
        WarmStore store = open();
        var tier = tier(store);
        for (int i = 0; i < 10; i++) {
            tier.offer(i, "text" + i);
        }
        assertThat(tier.checkpoint(List.of(7, 3, 99, 5)).written()).isTrue();
        store.close();

        var again = tier(open());
        assertThat(again.keys().subList(0, 3)).containsExactly(7, 3, 5);
        assertThat(again.keys()).hasSize(10);

        ValuePool<Integer, String> pool = pool(20);
        RestoreReport report = restore(pool, again, 0.5);
        assertThat(report).isEqualTo(new RestoreReport(10, 2, 0, 0, 0, 0, 0, End.FILLED));
        assertThat(report.left()).isEqualTo(8);
        assertThat(pool.get(7)).isEqualTo("text7");
        assertThat(pool.get(3)).isEqualTo("text3");
        assertThat(pool.stats().hits()).as("only what was asked for since").isEqualTo(2);
        assertThat(pool.stats().pinnedCount()).isZero();
        assertThat(pool.stats().evictions()).isZero();
    }

    @Test
    void restore_counts() throws IOException {
        WarmStore store = open();
        var tier = tier(store);
        List<String> texts = List.of("text0", "XXXXX", "big 2", "text3", "old 4");
        for (int i = 0; i < texts.size(); i++) {
            tier.offer(i, texts.get(i));
        }
        tier.close();
        store.close();
        var again = tier(open());
        assertThat(again.keys()).hasSize(5);
        damage("XXXXX"); // before it is opened, the store would find it by itself

        ValuePool<Integer, String> pool = pool(1000);
        pool.put(3, "text3");
        RestoreReport report = restore(pool, again, 1);

        assertThat(report).isEqualTo(new RestoreReport(5, 1, 1, 0, 1, 1, 1, End.ALL));
        assertThat(pool.get(1)).isNull();
    }

    @Test
    void restore_stopsUnderPressure_andWhenTold() {
        var tier = tier(open());
        for (int i = 0; i < 10; i++) {
            tier.offer(i, "text" + i);
        }
        tier.flush();
        ValuePool<Integer, String> pool = pool(1000);
        var pressure = new AtomicReference<>(PressureTier.WARNING);
        var restorer = new WarmRestorer<>(pool, tier, pressure::get, 1);

        assertThat(restorer.run(() -> false).end()).isEqualTo(End.PRESSURE);
        assertThat(pool.usedBytes()).isZero();
        pressure.set(PressureTier.NORMAL);
        assertThat(restorer.run(() -> pool.usedBytes() >= 15).end()).isEqualTo(End.STOPPED);
        assertThat(pool.usedBytes()).isEqualTo(15);
        assertThat(restorer.run(() -> false))
                .isEqualTo(new RestoreReport(10, 7, 3, 0, 0, 0, 0, End.ALL));
        pool.close();
        assertThat(restorer.run(() -> false).end()).isEqualTo(End.STOPPED);
    }

    @Test
    void chainOverALog_survivesARestart() throws InterruptedException {
        WarmStore store = open();
        var tier = tier(store);
        var chain = new TierChain<>(List.of(tier), () -> PressureTier.NORMAL);
        List<Integer> loads = new ArrayList<>();
        ValuePool<Integer, String> pool = pool(10);
        for (int i = 0; i < 5; i++) {
            pool.get(
                    i,
                    chain.over(key -> {
                        loads.add(key);
                        return "text" + key;
                    }));
        }
        tier.close();
        store.close();

        var later = new TierChain<>(List.of(tier(open())), () -> PressureTier.NORMAL);
        ValuePool<Integer, String> fresh = pool(10);
        for (int i = 0; i < 5; i++) {
            assertThat(
                            fresh.get(
                                    i,
                                    later.over(key -> {
                                        throw new AssertionError(key + " was loaded again");
                                    })))
                    .isEqualTo("text" + i);
        }
        assertThat(loads).hasSize(5);
        assertThat(later.stats().promoted()).isEqualTo(5);
    }

    @Test
    void badArguments_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stillTier(open(), -1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> restore(pool(1), tier(open()), 1.5))
                .withMessageContaining("1.5");
    }

    /// Flips a bit of a text in whatever segment has it.
    private void damage(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.walk(root.resolve("segments"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int at = 0; at + wanted.length <= bytes.length; at++) {
                    if (java.util.Arrays.equals(
                            bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                        bytes[at] ^= 1;
                    }
                }
                Files.write(file, bytes);
            }
        }
    }
}
