package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import java.util.Arrays;

/// The blocks of one sequence: those that hold its tokens, those reserved for the next ones, and those
/// that it waits for.
///
/// *Guarded by caller:* everything but the plain figures needs the pool's lock.
final class SequenceBlocks {

    private final KvCore core;
    private final BlockTable table;
    private final Account tenant;
    private final Retention retention;
    private final int perBlock;
    private final int promptTokens;
    private final SequenceTokens tokens;
    private int[] path;
    private int blocks;
    private int count;
    private int joined;
    private int promise;
    private int promiseBefore;
    private int copying;
    private int announcedFrom;
    private int announcedTo;

    /// How many more tokens the last block takes that nobody else can come to see meanwhile: its content is
    /// not known, and this sequence alone can share it. 0 where that was not looked up.
    private int spare;

    SequenceBlocks(KvCore core, Account tenant, KvPrompt prompt, SequenceTokens tokens) {
        this.core = core;
        this.table = core.table;
        this.tenant = tenant;
        this.retention = prompt.retention();
        this.tokens = tokens;
        perBlock = core.config.shape().tokensPerBlock();
        promptTokens = prompt.tokens().length;
        path = new int[core.config.shape().blocks(promptTokens) + 1];
    }

    private SequenceBlocks(SequenceBlocks other, SequenceTokens tokens) {
        core = other.core;
        table = other.table;
        tenant = other.tenant;
        retention = other.retention;
        perBlock = other.perBlock;
        promptTokens = other.promptTokens;
        this.tokens = tokens;
        count = other.count;
        blocks = core.config.shape().blocks(count);
        path = Arrays.copyOf(other.path, Math.max(1, blocks));
        for (int at = 0; at < blocks; at++) {
            table.retain(path[at]);
        }
    }

    /// The same blocks for another sequence.
    SequenceBlocks fork(SequenceTokens copy) {
        spare = 0;
        return new SequenceBlocks(this, copy);
    }

    int blocks() {
        return blocks;
    }

    int count() {
        return count;
    }

    int joined() {
        return joined;
    }

    int block(int at) {
        return path[at];
    }

    int[] numbers() {
        return Arrays.copyOf(path, blocks);
    }

    /// How many blocks are full and have a digest.
    int full() {
        return Math.min(count / perBlock, tokens.chain().blocks());
    }

    /// How many blocks of the prompt could be found at most: one token is left to compute.
    int mostFound() {
        return Math.min(tokens.chain().blocks(), (promptTokens - 1) / perBlock);
    }

    /// Takes the longest kept beginning. Where two blocks have one content, the path goes through the
    /// parents of its last block, so that a block in use never hangs from one that is not.
    void begin(boolean lookup) {
        DigestChain chain = tokens.chain();
        int most = lookup ? mostFound() : 0;
        while (blocks < most) {
            int block = core.find(tokens, blocks);
            if (block == BlockTable.NONE
                    || !table.kept(block)
                    || !continues(
                            block, blocks, blocks == 0 ? BlockTable.NONE : path[blocks - 1])) {
                break;
            }
            path[blocks++] = block;
            hangFromParents();
        }
        table.order().requested(chain, blocks, core.config.nanoClock().getAsLong());
        for (int at = 0; at < blocks; at++) {
            table.retain(path[at]);
            retain(at);
        }
        count = blocks * perBlock;
    }

    /// Whether what a block hangs from holds the beginning of this sequence.
    ///
    /// @param before the block before it that is known to hold it
    private boolean continues(int block, int at, int before) {
        int above = table.parent(block);
        for (int i = at - 1; i >= 0; i--) {
            boolean known = (i == at - 1 && above == before) || (i < blocks && above == path[i]);
            if (above == BlockTable.NONE || known) {
                return known;
            }
            if (!core.tokens.same(above, tokens, i)) {
                return false;
            }
            above = table.parent(above);
        }
        return above == BlockTable.NONE;
    }

    private void hangFromParents() {
        for (int at = blocks - 1; at > 0 && path[at - 1] != table.parent(path[at]); at--) {
            path[at - 1] = table.parent(path[at]);
        }
    }

    RoomPlan plan(int more) {
        return core.rooms.plan(tenant, needed(more), promise, core.growable());
    }

    Room ensureRoom(int more) {
        int need = needed(more);
        Room room = core.rooms.room(tenant, need, promise, blocks);
        if (room instanceof Room.Ready) {
            promise(need);
        }
        return room;
    }

    /// Whether more tokens fit into the last block, which is this sequence's own: there is nothing to reserve.
    /// Needs no lock.
    boolean fits(int more) {
        return more <= spare;
    }

    /// The next tokens are in the last block, which they do not fill, so that nobody needs to know. Needs no
    /// lock.
    ///
    /// @return whether that is so; if not, nothing was changed
    boolean commitWithin(int more) {
        boolean within = more < spare;
        if (within) {
            count += more;
            spare -= more;
        }
        return within;
    }

    private void lookUpSpare() {
        int tail = count / perBlock;
        spare = tail < blocks && mine(tail) ? perBlock - count % perBlock : 0;
    }

    /// Takes blocks; if [#copying()] then, the caller has to copy, and say how it went.
    Room reserve(int more) {
        boolean copy = tailShared();
        int need = needed(more);
        Room room = core.rooms.room(tenant, need, promise, blocks);
        if (room instanceof Room.Ready && need > 0) {
            promiseBefore = promise;
            promise(Math.max(0, promise - need));
            take(need);
            if (copy) {
                copying = need;
            } else {
                taken(need);
            }
        }
        return room;
    }

    private void promise(int now) {
        if (now != promise) {
            core.promise(promise, now);
            promise = now;
        }
    }

    private void take(int need) {
        if (blocks + need > path.length) {
            path = Arrays.copyOf(path, Math.max(blocks + need, path.length * 2));
        }
        core.take(tenant, path, blocks, need);
    }

    private void taken(int more) {
        blocks += more;
        announce();
        lookUpSpare();
    }

    /// Whether blocks were taken, and the shared last block has to be copied to the last of them.
    boolean copying() {
        return copying > 0;
    }

    /// The block to copy from. Needs no lock: both blocks are in use by this sequence, and nobody writes on
    /// one that others can see.
    int copyFrom() {
        return path[count / perBlock];
    }

    /// The block to copy to.
    int copyTo() {
        return path[blocks + copying - 1];
    }

    /// Ends a reservation with a copy: the last of the new blocks takes the place of the shared one; or, if
    /// there is no copy, nothing was reserved.
    void copied(boolean done) {
        int taken = copying;
        copying = 0;
        if (!done) {
            table.release(path, blocks, blocks + taken);
            promise(promiseBefore);
            return;
        }
        int tail = count / perBlock;
        int fresh = blocks + taken - 1;
        int shared = path[tail];
        path[tail] = path[fresh];
        path[fresh] = shared;
        table.release(path, fresh, fresh + 1);
        core.counters.copies++;
        taken(taken - 1);
    }

    /// Says which known tokens will be in the new blocks, so that others can wait for them.
    private void announce() {
        int from = Math.max(announcedTo, count / perBlock);
        int to = Math.min(blocks, tokens.chain().blocks());
        if (announcedTo <= announcedFrom) {
            announcedFrom = from;
        }
        while (from < to && table.find(tokens.chain(), from) == BlockTable.NONE) {
            core.tokens.set(path[from], tokens, from);
            table.announce(path[from], tokens.chain(), from, parentOf(from));
            announcedTo = ++from;
        }
    }

    /// The next tokens are in their blocks: full ones can be found from now on.
    ///
    /// @throws IllegalStateException if there are not so many blocks
    void commit(int more) {
        if (core.config.shape().blocks(count + more) > blocks || tailShared()) {
            throw new IllegalStateException(
                    "%d tokens after %d do not fit in the %d blocks reserved"
                            .formatted(more, count, blocks));
        }
        int from = count / perBlock;
        count += more;
        int to = full();
        for (int at = from; at < to; at++) {
            if (!table.pending(path[at])) {
                core.tokens.set(path[at], tokens, at);
            }
            table.keep(path[at], tokens.chain(), at, parentOf(at));
            retain(at);
        }
        announcedFrom = Math.max(announcedFrom, to);
        if (from < to) {
            core.stored(tokens, tenant, path, from, to);
            core.progress.signalAll();
        }
        lookUpSpare();
    }

    /// Keeps only so many tokens, and what they need.
    void truncate(int toTokens) {
        giveUp();
        count = toTokens;
        releaseUnneeded();
    }

    /// Announced blocks will not be computed; the promise ends; joined blocks are let go.
    void giveUp() {
        for (int at = announcedFrom; at < announcedTo; at++) {
            if (table.pending(path[at])) {
                table.abandon(path[at]);
            }
        }
        announcedFrom = 0;
        announcedTo = 0;
        promise(0);
        joined = 0;
        spare = 0;
        core.progress.signalAll();
    }

    /// Gives back the blocks that no token is in.
    void releaseUnneeded() {
        releaseFrom(core.config.shape().blocks(count));
    }

    /// Gives back the blocks from one on, the last one first.
    void releaseFrom(int from) {
        table.release(path, from, blocks);
        blocks = Math.min(blocks, from);
    }

    /// Up to which block the prompt is kept or being computed by somebody.
    int pendingTo() {
        int most = mostFound();
        int at = blocks;
        int before = at == 0 ? BlockTable.NONE : path[at - 1];
        while (at < most) {
            int block = core.find(tokens, at);
            if (block == BlockTable.NONE || !continues(block, at, before)) {
                break;
            }
            before = block;
            at++;
        }
        return at;
    }

    /// Whether nothing is reserved and the last block is full.
    boolean even() {
        return blocks * perBlock == count;
    }

    /// Uses blocks that somebody else announced.
    ///
    /// @return how many
    int join() {
        int to = pendingTo();
        joined = to - blocks;
        while (blocks < to) {
            path[blocks] = core.find(tokens, blocks);
            table.retain(path[blocks++]);
        }
        followParents();
        core.counters.joined += joined;
        return joined;
    }

    /// Exchanges blocks for the parents of those behind them, which hold the same: what is used never hangs
    /// from what is not.
    private void followParents() {
        for (int at = blocks - 1; at > 0; at--) {
            int parent = table.parent(path[at]);
            if (parent != path[at - 1]) {
                table.retain(parent);
                table.release(path, at - 1, at);
                path[at - 1] = parent;
            }
        }
    }

    /// Whether it is known of the joined blocks what becomes of them.
    boolean settled() {
        for (int at = blocks - joined; at < blocks; at++) {
            if (table.pending(path[at])) {
                return false;
            }
            if (!table.kept(path[at])) {
                return true;
            }
        }
        return true;
    }

    /// Keeps the joined blocks that are there, and gives back the others.
    ///
    /// @return how many tokens came
    int takeJoined() {
        int first = blocks - joined;
        int to = first;
        while (to < blocks && table.kept(path[to])) {
            retain(to++);
        }
        int came = (to - first) * perBlock;
        count += came;
        joined = 0;
        releaseFrom(to);
        core.counters.hitTokens += came;
        tenant.hitTokens += came;
        return came;
    }

    /// Whether the block is this sequence's to write: nobody else sees it, or it said itself what will be
    /// in it.
    boolean mine(int at) {
        boolean announced = at >= announcedFrom && at < announcedTo;
        return table.writable(path[at]) || (announced && table.pending(path[at]));
    }

    /// How many blocks more tokens take, the copy of a shared tail included.
    private int needed(int more) {
        int wanted = core.config.shape().blocks(Math.addExact(count, more));
        return Math.max(0, wanted - blocks) + (more > 0 && tailShared() ? 1 : 0);
    }

    /// Whether the next token would be written into a block that others may see.
    private boolean tailShared() {
        return count % perBlock != 0 && !mine(count / perBlock);
    }

    private void retain(int at) {
        Retention.Level level = retention.levelOf(at * perBlock, promptTokens);
        if (level != null) {
            table.order().retain(path[at], level.priority(), level.nanos());
        }
    }

    private int parentOf(int at) {
        return at == 0 ? BlockTable.NONE : path[at - 1];
    }
}
