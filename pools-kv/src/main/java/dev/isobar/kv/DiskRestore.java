package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.RestoreReport.End;
import dev.isobar.pool.store.RestoreReport.Fate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Opens sequences again of which there are notes: to bring their blocks back before they are missed, or to
/// write what is not on the disk yet. *One thread only.*
final class DiskRestore {

    private final KvDisk disk;
    private final KvCore core;
    private final Set<Digest> seen = new HashSet<>();
    private RestoreReport report = RestoreReport.nothing();

    private record Digest(long w0, long w1, long w2, long w3) {
        static Digest of(DigestChain chain, int at) {
            return new Digest(
                    chain.word(at, 0), chain.word(at, 1), chain.word(at, 2), chain.word(at, 3));
        }
    }

    DiskRestore(KvDisk disk, KvCore core) {
        this.disk = disk;
        this.core = core;
    }

    RestoreReport run(double fill, BooleanSupplier stop) {
        if (!(fill >= 0 && fill <= 1)) {
            throw new IllegalArgumentException("fill must be from 0 to 1: " + fill);
        }
        End end = end(fill, stop);
        if (end != null) {
            return report.endedBy(end);
        }
        List<PromptNote> notes = notes();
        for (PromptNote note : notes) {
            end = end(fill, stop);
            if (end != null) {
                return report.endedBy(end);
            }
            restore(note, (int) (fill * limitBlocks()));
        }
        return report;
    }

    /// Notes on the sequences that were closed last, as many as the pool has room for.
    private List<PromptNote> notes() {
        List<PromptNote> notes = new ArrayList<>();
        Set<Digest> all = new HashSet<>();
        disk.notes(note -> {
            notes.add(note);
            for (int at = 0; at < note.blocks(); at++) {
                all.add(Digest.of(note.chain(), at));
            }
            return all.size() < limitBlocks();
        });
        report = RestoreReport.of(all.size());
        return notes;
    }

    private @Nullable End end(double fill, BooleanSupplier stop) {
        if (stop.getAsBoolean() || core.closed()) {
            return End.STOPPED;
        }
        if (!disk.calm()) {
            return End.PRESSURE;
        }
        return held() >= (int) (fill * limitBlocks()) ? End.FILLED : null;
    }

    private int limitBlocks() {
        return core.limitPages() * core.memory.blocksPerPage();
    }

    private int held() {
        return core.locked(() -> core.table.used() + core.table.idle() + core.table.leaving());
    }

    private void restore(PromptNote note, int fillBlocks) {
        KvSequence sequence = reopen(note);
        try {
            int found = sequence.fullBlocks();
            tally(note, 0, found, Fate.PRESENT);
            int most = Math.min(note.blocks(), found + fillBlocks - held());
            if (most <= found) {
                return;
            }
            if (!fits(sequence, most - found)) {
                tally(note, found, most, Fate.REFUSED);
                return;
            }
            DiskLoads.Loaded loaded = disk.load(sequence, most);
            int to = found + loaded.blocks();
            tally(note, found, to, Fate.RESTORED);
            if (to < most) {
                tally(note, to, to + 1, loaded.end());
                tally(note, to + 1, most, Fate.GONE); // without its prefix a block is not there
            }
        } finally {
            sequence.release();
        }
    }

    /// Whether nobody has to go for it.
    private boolean fits(KvSequence sequence, int blocks) {
        return core.locked(() -> {
            Account tenant = core.tenants.account(sequence.tenant());
            return sequence.plan(blocks * core.perBlock()).evictions() == 0
                    && tenant.blocks + blocks <= tenant.maxBlocks;
        });
    }

    private void tally(PromptNote note, int from, int to, Fate fate) {
        for (int at = from; at < to; at++) {
            if (seen.add(Digest.of(note.chain(), at))) {
                report = report.and(fate);
            }
        }
    }

    /// What the pool has of a sequence; nothing is loaded, nothing counted.
    private KvSequence reopen(PromptNote note) {
        Account tenant = core.locked(() -> core.tenants.account(note.tenant()));
        KvPrompt prompt = note.prompt();
        ChainHasher hasher = new ChainHasher(core.config.root(), core.perBlock());
        var tokens = new SequenceTokens(hasher, prompt, tenant.salt, core.perBlock(), note.chain());
        KvSequence sequence = new KvSequence(core, tenant, prompt, tokens);
        core.run(() -> {
            core.requireOpen();
            sequence.begin(true);
        });
        return sequence;
    }

    /// Writes what the pool has and the disk does not, of the sequences that were closed last.
    void save() {
        disk.flush();
        for (PromptNote note : notes()) {
            KvSequence sequence = reopen(note);
            try {
                disk.copyDown(sequence, true);
            } finally {
                sequence.release();
            }
        }
    }
}
