package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What comes into a pool and goes from it, for routers. The tiers below write into the same log.
///
/// *Guarded by caller:* by the pool's lock, but for the log.
final class PoolJournal {

    private final KvCore core;
    private final String medium;
    private final int group;
    private final KvEventLog log;
    private final DigestSum sum = new DigestSum();

    /// Which adapter a block was made with, by its digest.
    private final Map<String, String> adapters = new HashMap<>();

    private boolean ended;

    PoolJournal(KvCore core) {
        this.core = core;
        medium = core.config.resource().name();
        group = core.config.group();
        log = new KvEventLog(core.config.events());
        if (log.enabled()) {
            core.traffic.tell(log);
        }
    }

    /// The events of the pool and the tiers below it.
    KvEventLog log() {
        return log;
    }

    /// Of how many blocks an adapter is known. For tests.
    int adapters() {
        return adapters.size();
    }

    private boolean tells() {
        return log.enabled() && !ended;
    }

    /// Blocks of a path can be found now: tells of those whose content was not there before.
    void stored(SequenceTokens sequence, Account tenant, int[] path, int from, int to) {
        if (!tells()) {
            return;
        }
        int start = from;
        for (int at = from; at <= to; at++) {
            boolean known = at == to || core.table.twin(path[at]);
            if (known && start < at) {
                storedRun(sequence, tenant, path, start, at);
            }
            if (known) {
                start = at + 1;
            }
        }
    }

    private void storedRun(SequenceTokens sequence, Account tenant, int[] path, int from, int to) {
        List<String> digests = new ArrayList<>();
        String adapter = sequence.context().adapter();
        for (int at = from; at < to; at++) {
            String digest = DigestSum.hex(sequence.chain(), at);
            digests.add(digest);
            sum.count(core.table, path[at], 1);
            if (adapter != null) {
                adapters.put(digest, adapter);
            }
        }
        List<Integer> ids = new ArrayList<>();
        for (int token = from * core.perBlock(); token < to * core.perBlock(); token++) {
            ids.add(sequence.token(token));
        }
        String parent = from == 0 ? null : DigestSum.hex(sequence.chain(), from - 1);
        log.add(number ->
                new KvEvent.Stored(
                        number,
                        group,
                        parent,
                        List.copyOf(digests),
                        List.copyOf(ids),
                        tenant.name,
                        adapter,
                        medium));
    }

    /// A block is about to be found no more, and no other has its content.
    void removed(int block, RemovalReason reason) {
        if (tells() && reason != RemovalReason.RESET) {
            sum.count(core.table, block, -1);
            String digest = DigestSum.hex(core.table, block);
            String tenant = core.tenants.account(core.table.tenant(block)).name;
            adapters.remove(digest);
            log.add(number -> new KvEvent.Removed(number, group, digest, tenant, reason, medium));
        }
    }

    /// The pool was emptied.
    void cleared() {
        if (tells()) {
            sum.clear();
            adapters.clear();
            log.add(number -> new KvEvent.Cleared(number, group, medium));
        }
    }

    /// Nothing can be found from now on, and nothing more is told.
    void end() {
        if (tells()) {
            cleared();
            core.traffic.tellNoMore(log);
        }
        ended = true;
    }

    /// What is known of a block besides its bytes.
    BlockOrigin origin(int block) {
        int parent = core.table.parent(block);
        return new BlockOrigin(
                core.tenants.account(core.table.tenant(block)).name,
                group,
                adapters.isEmpty() ? null : adapters.get(DigestSum.hex(core.table, block)),
                parent == BlockTable.NONE ? null : DigestSum.hex(core.table, parent),
                core.tokens.of(block));
    }

    /// All that can be found in the pool and below it now.
    KvIndexSnapshot index() {
        return core.traffic.still(() -> {
            List<KvEvent.Stored> blocks = new ArrayList<>();
            if (!ended) {
                new Telling(blocks).all();
                core.traffic.index(log.last(), blocks);
            }
            return new KvIndexSnapshot(log.last(), blocks);
        });
    }

    /// The sums over it; only where events are kept.
    KvIndexSums sums() {
        return core.traffic.still(() -> {
            Map<String, String> sums = new HashMap<>();
            sums.put(medium, sum.hex());
            if (!ended) {
                core.traffic.sums(sums);
            }
            return new KvIndexSums(log.last(), sums);
        });
    }

    /// Names every content once, parents first.
    private final class Telling {
        private final List<KvEvent.Stored> into;
        private final BitSet seen = new BitSet();
        private final Set<String> said = new HashSet<>();

        Telling(List<KvEvent.Stored> into) {
            this.into = into;
        }

        void all() {
            for (int block = 1; block <= core.table.blocks(); block++) {
                if (core.table.kept(block)) {
                    Deque<Integer> path = new ArrayDeque<>();
                    for (int at = block;
                            at != BlockTable.NONE && !seen.get(at);
                            at = core.table.parent(at)) {
                        seen.set(at);
                        path.push(at);
                    }
                    path.forEach(this::say);
                }
            }
        }

        private void say(int block) {
            String digest = DigestSum.hex(core.table, block);
            if (said.add(digest)) {
                into.add(origin(block).stored(log.last(), digest, medium));
            }
        }
    }
}
