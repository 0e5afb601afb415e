package dev.isobar.kv;

import dev.isobar.pool.store.EntryWrite;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.StoredEntry;
import dev.isobar.pool.store.WarmStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Under which fingerprints a pool's blocks and prompts lie in a store.
///
/// Three things enter each: what the content depends on (model, shape, machine: [KvIdentity]), the secret that
/// salts are made of, and a random mark that lies in the store itself. Who changes the mark, durably, makes
/// all that was written before unfindable at once; if the mark is lost, all is. The tenant is in the digest of
/// the block: by its salt, from the first block on that the tenant does not share with the others.
///
/// *Safe for several threads.*
final class DiskKeys {

    private static final int LAYOUT = 1;

    private final WarmStore store;
    private final Fingerprint owner;
    private volatile byte @Nullable [] space;

    /// @param root what the first block of every sequence has in the place of a parent
    /// @param secretMark what is known of the secret
    DiskKeys(WarmStore store, byte[] root, byte[] secretMark) {
        this.store = store;
        owner =
                new Fingerprinter()
                        .tag("isobar/kv-space")
                        .number("layout", LAYOUT)
                        .bytes("root", root)
                        .bytes("secret", secretMark)
                        .finish();
    }

    /// Whether the mark is known; asking does not open the store.
    boolean known() {
        return space != null;
    }

    /// Reads the mark; writes one if there is none. Opens the store.
    synchronized void open() {
        if (space != null) {
            return;
        }
        Optional<StoredEntry> entry = store.latest(owner);
        byte[] mark =
                entry.map(each -> each.payload().toArray(ValueLayout.JAVA_BYTE))
                        .orElseGet(RandomSecret::create);
        if (entry.isEmpty()) {
            write(mark); // if that fails, nothing of this run is found by the next
        }
        space = space(mark);
    }

    /// Changes the mark, durably: nothing that was written before is found from now on.
    ///
    /// @return whether it did; if not, everything is as it was
    synchronized boolean renew() {
        byte[] mark = RandomSecret.create();
        boolean written = write(mark);
        if (written) {
            space = space(mark);
        }
        return written;
    }

    private boolean write(byte[] mark) {
        return store.put(owner, EntryWrite.value(), MemorySegment.ofArray(mark)).written();
    }

    private byte[] space(byte[] mark) {
        return new Fingerprinter()
                .bytes("owner", owner.bytes())
                .bytes("mark", mark)
                .finish()
                .bytes();
    }

    /// That of a block.
    Fingerprint block(DigestChain chain, int at) {
        return block(chain.word(at, 0), chain.word(at, 1), chain.word(at, 2), chain.word(at, 3));
    }

    /// That of a block with the four words of its digest.
    Fingerprint block(long w0, long w1, long w2, long w3) {
        return of("isobar/kv-block", w0, w1, w2, w3);
    }

    /// That of the note about a sequence which ends with a block.
    Fingerprint prompt(DigestChain chain, int at) {
        return of(
                "isobar/kv-prompt",
                chain.word(at, 0),
                chain.word(at, 1),
                chain.word(at, 2),
                chain.word(at, 3));
    }

    private Fingerprint of(String what, long w0, long w1, long w2, long w3) {
        byte[] known = space;
        if (known == null) {
            throw new IllegalStateException("the mark of the store is not known yet");
        }
        byte[] digest = new byte[DigestChain.WORDS * Long.BYTES];
        ByteBuffer.wrap(digest).putLong(w0).putLong(w1).putLong(w2).putLong(w3);
        return new Fingerprinter().tag(what).bytes("space", known).bytes("digest", digest).finish();
    }
}
