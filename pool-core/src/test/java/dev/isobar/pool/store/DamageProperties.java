package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static dev.isobar.pool.store.StoreFixture.written;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Any bit of any file is flipped, any file is cut anywhere: what is read is what was written, or
/// nothing; of the other entries nothing is missing; and the store works on.
class DamageProperties {

    private static final int VALUES = 6;

    /// What is done to a file.
    private interface Damage {
        byte[] to(byte[] content);
    }

    @Property(tries = 600)
    void flippedBit_neverServesAWrongValue(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double where,
            @ForAll @IntRange(max = 7) int bit,
            @ForAll @IntRange(max = 100) int file,
            @ForAll boolean clean) {
        check(
                file,
                clean,
                content -> {
                    byte[] after = content.clone();
                    if (after.length > 0) {
                        after[(int) (where * after.length)] ^= (byte) (1 << bit);
                    }
                    return after;
                });
    }

    @Property(tries = 600)
    void cutFile_neverServesAWrongValue(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double where,
            @ForAll @IntRange(max = 100) int file,
            @ForAll boolean clean) {
        check(file, clean, content -> Arrays.copyOf(content, (int) (where * content.length)));
    }

    @Property(tries = 200)
    void lengthenedFile_neverServesAWrongValue(
            @ForAll @IntRange(min = 1, max = 200) int by,
            @ForAll @IntRange(max = 100) int file,
            @ForAll boolean clean) {
        check(file, clean, content -> Arrays.copyOf(content, content.length + by));
    }

    private static void check(int number, boolean clean, Damage damage) {
        StoreFixture fixture = new StoreFixture();
        WarmStore store = fill(fixture);
        StoreFixture after = fixture;
        if (clean) {
            store.close();
        } else {
            after = fixture.afterCrash(MemoryFiles.Loss.NOTHING, 0);
            store.close();
        }
        List<Path> all =
                after.files.filesBelow(ROOT).stream()
                        .filter(each -> !each.equals(new StorePaths(ROOT).lock()))
                        .toList();
        Path file = all.get(number % all.size());
        after.files.overwrite(file, damage.to(after.files.content(file)));
        boolean format = file.equals(new StorePaths(ROOT).format());
        try (WarmStore again = open(after)) {
            int missing = missing(again, "e", false) + missing(again, "r", true);
            boolean oneRecordOrTail = file.toString().endsWith(".seg");
            if (!format && !oneRecordOrTail) {
                assertThat(missing).as("besides %s", file).isLessThanOrEqualTo(1);
            }
            if (!format) {
                written(again.put(key("new"), EntryWrite.value(), bytes("new")));
                written(again.log("log").put(key("new"), bytes("new"), Durability.DATA));
                again.verify();
                after.assertAccounts(again);
            }
        }
    }

    /// Flipping one bit of a log, rather than cutting it, costs one record at most, or, in the header
    /// of a segment, that segment.
    @Property(tries = 300)
    void flippedBitInALog_costsOneRecord(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double where,
            @ForAll @IntRange(max = 7) int bit) {
        StoreFixture fixture = new StoreFixture();
        fill(fixture).close();
        Path segment = fixture.files.filesBelow(new StorePaths(ROOT).segments()).getFirst();
        byte[] content = fixture.files.content(segment);
        int at = Segment.HEADER_BYTES + (int) (where * (content.length - Segment.HEADER_BYTES));
        content[at] ^= (byte) (1 << bit);
        fixture.files.overwrite(segment, content);
        try (WarmStore again = open(fixture)) {
            assertThat(missing(again, "r", true)).isLessThanOrEqualTo(1);
            assertThat(missing(again, "e", false)).isZero();
        }
    }

    private static WarmStore open(StoreFixture fixture) {
        return fixture.open(fixture.config().withSegmentBytes(4096));
    }

    private static WarmStore fill(StoreFixture fixture) {
        WarmStore store = open(fixture);
        for (int i = 0; i < VALUES; i++) {
            written(store.put(key("e" + i), EntryWrite.value(), bytes(100 + i, i)));
            written(store.log("log").put(key("r" + i), bytes(300 + i, i), Durability.DATA));
        }
        return store;
    }

    private static int missing(WarmStore store, String kind, boolean records) {
        int missing = 0;
        for (int i = 0; i < VALUES; i++) {
            byte[] wanted = bytes((records ? 300 : 100) + i, i).toArray(ValueLayout.JAVA_BYTE);
            Optional<byte[]> found =
                    records
                            ? store.log("log").get(key(kind + i))
                            : store.best(key(kind + i))
                                    .map(each -> each.payload().toArray(ValueLayout.JAVA_BYTE));
            if (found.isEmpty()) {
                missing++;
            } else {
                assertThat(found.get()).isEqualTo(wanted);
            }
        }
        return missing;
    }
}
