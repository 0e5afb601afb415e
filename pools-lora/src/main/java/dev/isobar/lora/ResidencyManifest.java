package dev.isobar.lora;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.pool.store.EntryWrite;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.WarmStore;
import dev.isobar.pool.store.WriteOutcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// What is written down of resident adapters: an entry of the store. Big-endian: how many, and for each its
/// name in modified UTF-8, its identity, its priority and how long it was idle.
final class ResidencyManifest {

    private static final int LAYOUT = 1;

    private ResidencyManifest() {}

    /// An adapter that was resident.
    ///
    /// @param identity what it is, not where it lies
    /// @param idleNanos how long it had not been used
    record Resident(String name, Fingerprint identity, double priority, long idleNanos) {}

    /// The same for the same base model, rank and shapes.
    static Fingerprint identity(AdapterDescription adapter) {
        var identity =
                new Fingerprinter()
                        .tag("isobar/lora-adapter")
                        .text("format", adapter.format().name())
                        .text("base", adapter.baseModel())
                        .number("rank", adapter.rank())
                        .number("rsLora", adapter.rsLora() ? 1 : 0)
                        .number("bytes", adapter.bytes());
        adapter.modules()
                .forEach(each ->
                        identity.text("module", each.name())
                                .number("rank", each.rank())
                                .real("scale", each.scale()));
        return identity.finish();
    }

    static WriteOutcome write(WarmStore store, String pool, List<Resident> residents) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(residents.size());
            for (Resident each : residents) {
                out.writeUTF(each.name);
                out.write(each.identity.bytes());
                out.writeDouble(each.priority);
                out.writeLong(each.idleNanos);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return store.put(key(pool), EntryWrite.value(), MemorySegment.ofArray(bytes.toByteArray()));
    }

    /// The last one; empty if there is none, or none that can be read.
    static List<Resident> read(WarmStore store, String pool) {
        return store.latest(key(pool))
                .map(entry -> decode(entry.payload().toArray(ValueLayout.JAVA_BYTE)))
                .orElse(List.of());
    }

    private static List<Resident> decode(byte[] payload) {
        List<Resident> residents = new ArrayList<>();
        try (var in = new DataInputStream(new ByteArrayInputStream(payload))) {
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                byte[] identity = new byte[Fingerprint.BYTES];
                in.readFully(identity);
                residents.add(
                        new Resident(
                                name, Fingerprint.of(identity), in.readDouble(), in.readLong()));
            }
            return residents;
        } catch (IOException _) { // shorter than it says: not written by us
            return List.of();
        }
    }

    private static Fingerprint key(String pool) {
        return new Fingerprinter()
                .tag("isobar/lora-residency")
                .number("layout", LAYOUT)
                .text("pool", pool)
                .finish();
    }
}
