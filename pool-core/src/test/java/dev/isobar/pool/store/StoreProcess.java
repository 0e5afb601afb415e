package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/// A process that writes to a store until it is killed, and says what was acknowledged; or that does
/// one thing and ends.
final class StoreProcess {

    static final int KEYS = 8;

    private StoreProcess() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[1]);
        switch (args[0]) {
            case "write" -> write(root, Long.parseLong(args[2]));
            case "own" -> own(root);
            case "fill" -> fill(root);
            case "look" -> look(root);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    static StoreConfig config(Path root) {
        return StoreConfig.at(root).withSegmentBytes(1 << 18).withProducer(StoreFixture.US);
    }

    static Fingerprint key(String kind, int number) {
        return StoreFixture.key(kind + number);
    }

    /// A value that says which it is, and in every byte.
    static MemorySegment value(String kind, int key, int version) {
        int length = 16 + new Random(version).nextInt(kind.equals("e") ? 40_000 : 4_000);
        ByteBuffer value = ByteBuffer.allocate(length);
        value.putInt(key).putInt(version);
        byte[] rest = new byte[value.remaining()];
        new Random(31L * version + key).nextBytes(rest);
        value.put(rest);
        return MemorySegment.ofArray(value.array());
    }

    /// Which version a value is.
    ///
    /// @throws AssertionError if it is none
    static int version(String kind, int key, byte[] value) {
        int version = ByteBuffer.wrap(value).getInt(Integer.BYTES);
        byte[] wanted = value(kind, key, version).toArray(ValueLayout.JAVA_BYTE);
        if (!java.util.Arrays.equals(value, wanted)) {
            throw new AssertionError("a mix: key %s%d, version %d".formatted(kind, key, version));
        }
        return version;
    }

    /// Writes versions without end, each line of the output an acknowledgement.
    private static void write(Path root, long seed) {
        Random random = new Random(seed);
        try (WarmStore store = WarmStore.of(config(root))) {
            say("owner " + (store.access() == StoreAccess.OWNER) + " " + store.reason());
            int[] entries = new int[KEYS];
            int[] records = new int[KEYS];
            for (int i = 0; i < KEYS; i++) {
                int key = i;
                entries[i] =
                        store.best(key("e", i))
                                .map(each -> each.payload().toArray(ValueLayout.JAVA_BYTE))
                                .map(each -> version("e", key, each))
                                .orElse(0);
                records[i] =
                        store.log("log")
                                .get(key("r", i))
                                .map(each -> version("r", key, each))
                                .orElse(0);
            }
            while (true) {
                int key = random.nextInt(KEYS);
                boolean entry = random.nextInt(4) == 0;
                int[] versions = entry ? entries : records;
                String kind = entry ? "e" : "r";
                int version = ++versions[key];
                WriteOutcome outcome =
                        entry
                                ? store.put(
                                        key(kind, key),
                                        EntryWrite.value(),
                                        value(kind, key, version))
                                : store.log("log")
                                        .put(
                                                key(kind, key),
                                                value(kind, key, version),
                                                Durability.DATA);
                if (!outcome.written()) {
                    say("failed " + outcome);
                    return;
                }
                say(kind + " " + key + " " + version);
            }
        }
    }

    /// Owns the root until its input ends.
    private static void own(Path root) throws IOException {
        try (WarmStore store = WarmStore.of(config(root))) {
            store.put(key("e", 0), EntryWrite.value(), value("e", 0, 1));
            say(store.access().name());
            while (System.in.read() >= 0) {
                store.put(key("e", 0), EntryWrite.value(), value("e", 0, 2));
                say("written");
            }
        }
    }

    /// Writes larger and larger entries and records until one does not fit on the disk.
    private static void fill(Path root) {
        try (WarmStore store = WarmStore.of(config(root).withSegmentBytes(1 << 22))) {
            store.put(key("e", 0), EntryWrite.value(), value("e", 0, 1));
            WriteOutcome outcome =
                    store.put(
                            key("e", 0),
                            EntryWrite.value(),
                            MemorySegment.ofArray(new byte[4 << 20]));
            say("entry " + outcome);
            boolean kept =
                    store.best(key("e", 0))
                            .map(each -> each.payload().toArray(ValueLayout.JAVA_BYTE))
                            .map(each -> version("e", 0, each) == 1)
                            .orElse(false);
            say("kept " + kept);
            SegmentLog log = store.log("log");
            int count = 0;
            WriteOutcome last = null;
            while (count < 4000) {
                last =
                        log.put(
                                StoreFixture.key("r" + count),
                                MemorySegment.ofArray(new byte[1500]),
                                Durability.NONE);
                if (!last.written()) {
                    break;
                }
                count++;
            }
            say("log " + last);
            int found = 0;
            for (int i = 0; i < count; i++) {
                found += log.get(StoreFixture.key("r" + i)).isPresent() ? 1 : 0;
            }
            say("lost " + (count - found) + " of " + (count > 100));
        }
    }

    private static void look(Path root) {
        try (WarmStore store = WarmStore.of(config(root))) {
            say(store.access() + " " + store.best(key("e", 0)).isPresent());
        }
    }

    @SuppressWarnings("SystemOut")
    private static void say(String line) {
        System.out.write((line + "\n").getBytes(StandardCharsets.US_ASCII), 0, line.length() + 1);
        System.out.flush();
    }
}
