package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/// One sequence of tokens and the blocks that hold it: what an engine calls a request.
///
/// It begins with what [KvPool#open(KvPrompt)] found. The rest of the prompt follows with
/// [#prefill(int)], made tokens with [#append(int...)]. Both can be done in two steps, so that bytes
/// are written before anybody can find them:
///
/// ```
/// if (sequence.reserve(64) instanceof Room.Ready) {
///     sequence.write(block, 0, bytes);
///     sequence.commit(64);
/// }
/// ```
///
/// A step that fails changes nothing. *One thread at a time;* several sequences of a pool may be used by
/// several threads. Memory of a sequence: its tokens, 32 bytes for each full block, and 4 for each block.
public final class KvSequence implements AutoCloseable {

    private final KvCore core;
    private final Account tenant;
    private final Retention retention;
    private final int perBlock;
    private final int promptTokens;
    private final SequenceTokens tokens;
    private int[] path;
    private int blocks;
    private int count;
    private int cachedTokens;
    private int joinedBlocks;
    private int promise;
    private int announcedFrom;
    private int announcedTo;
    private boolean closed;

    KvSequence(KvCore core, Account tenant, KvPrompt prompt, SequenceTokens tokens) {
        this.core = core;
        this.tenant = tenant;
        this.retention = prompt.retention();
        this.tokens = tokens;
        perBlock = core.config.shape().tokensPerBlock();
        promptTokens = prompt.tokens().length;
        path = new int[core.config.shape().blocks(promptTokens) + 1];
    }

    private KvSequence(KvSequence other) {
        core = other.core;
        tenant = other.tenant;
        retention = other.retention;
        perBlock = other.perBlock;
        promptTokens = other.promptTokens;
        tokens = other.tokens.copy(other.count);
        count = other.count;
        cachedTokens = other.count;
        blocks = core.config.shape().blocks(count);
        path = Arrays.copyOf(other.path, Math.max(1, blocks));
        for (int at = 0; at < blocks; at++) {
            core.table.retain(path[at]);
        }
        core.counters.open++;
    }

    /// Takes the longest kept beginning; at least one token of the prompt is left to compute. Where two
    /// blocks have one content, the path goes through the parents of its last block, so that a block in
    /// use never hangs from one that is not.
    void begin(boolean lookup) {
        DigestChain chain = tokens.chain();
        int most = lookup ? Math.min(chain.blocks(), (promptTokens - 1) / perBlock) : 0;
        while (blocks < most) {
            int block = core.table.find(chain, blocks);
            if (block == BlockTable.NONE || !core.table.kept(block)) {
                break;
            }
            path[blocks++] = block;
        }
        for (int at = blocks - 1; at > 0; at--) {
            path[at - 1] = core.table.parent(path[at]);
        }
        core.table.order().requested(chain, blocks, core.config.nanoClock().getAsLong());
        for (int at = 0; at < blocks; at++) {
            core.table.retain(path[at]);
            retain(at);
        }
        count = blocks * perBlock;
        cachedTokens = count;
        core.counters.open++;
    }

    /// How many tokens are in blocks.
    public int tokens() {
        return count;
    }

    /// How many tokens of the prompt are not in blocks yet.
    public int remainingTokens() {
        return tokens.known() - count;
    }

    /// How many tokens were found when the sequence was opened, or came with a fork, or were joined.
    public int cachedTokens() {
        return cachedTokens;
    }

    /// How many blocks the sequence uses, reserved ones too.
    public int blocks() {
        return blocks;
    }

    /// The number of a block, from 1 to the pool's capacity. It stays while the sequence uses it.
    ///
    /// @param at its place in the sequence, from 0
    public int block(int at) {
        Objects.checkIndex(at, blocks);
        return path[at];
    }

    /// The numbers of all blocks, in order.
    public int[] blockNumbers() {
        return Arrays.copyOf(path, blocks);
    }

    /// Whose it is.
    public String tenant() {
        return tenant.name;
    }

    /// How room for more tokens would be made now. Changes nothing.
    ///
    /// @param more how many tokens; at least 0
    public RoomPlan plan(int more) {
        core.enter();
        try {
            return core.plan(tenant, needed(more), promise, core.growable());
        } finally {
            core.exit();
        }
    }

    /// Sees to it that there is room for more tokens, and promises it to this sequence: others cannot
    /// take it. What is missing is evicted, and no more; never a block of this or another sequence.
    ///
    /// @param more how many tokens; at least 1. A new call replaces the promise of the one before
    /// @return whether there is room, and what was evicted
    /// @throws IllegalStateException if the sequence or the pool is closed
    public Room ensureRoom(int more) {
        core.enter();
        try {
            requireMore(more);
            int need = needed(more);
            Room room = core.room(tenant, need, promise);
            if (room instanceof Room.Ready) {
                core.promise(promise, need);
                promise = need;
            }
            return room;
        } finally {
            core.exit();
        }
    }

    /// Takes the blocks for more tokens. If the last block is shared and half full, its content moves to
    /// one of the new ones. Blocks that will hold known tokens are announced, so that other sequences can
    /// wait for them.
    ///
    /// @param more how many tokens; at least 1
    /// @throws IllegalStateException if the sequence or the pool is closed, or joined blocks are not there
    ///     yet
    public Room reserve(int more) {
        core.enter();
        try {
            requireMore(more);
            boolean copy = tailShared();
            int need = needed(more);
            Room room = core.room(tenant, need, promise);
            if (room instanceof Room.Ready && need > 0) {
                core.promise(promise, Math.max(0, promise - need));
                promise = Math.max(0, promise - need);
                takeBlocks(need, copy);
            }
            return room;
        } finally {
            core.exit();
        }
    }

    private void takeBlocks(int need, boolean copy) {
        if (blocks + need > path.length) {
            path = Arrays.copyOf(path, Math.max(blocks + need, path.length * 2));
        }
        core.take(tenant, path, blocks, need);
        if (copy) {
            copyTail(blocks + need - 1, need);
        }
        blocks += copy ? need - 1 : need;
        announce();
    }

    /// The last of the new blocks takes the place of the shared tail. Nothing changes if the copy fails.
    private void copyTail(int fresh, int taken) {
        int tail = count / perBlock;
        try {
            core.memory.copy(path[tail], path[fresh]);
        } catch (RuntimeException e) {
            core.table.release(path, blocks, blocks + taken);
            throw e;
        }
        int shared = path[tail];
        path[tail] = path[fresh];
        path[fresh] = shared;
        core.table.release(path, fresh, fresh + 1);
        core.counters.copies++;
    }

    private void announce() {
        int from = Math.max(announcedTo, count / perBlock);
        int to = Math.min(blocks, tokens.chain().blocks());
        if (announcedTo <= announcedFrom) {
            announcedFrom = from;
        }
        while (from < to && core.table.find(tokens.chain(), from) == BlockTable.NONE) {
            core.table.announce(path[from], tokens.chain(), from, parentOf(from));
            announcedTo = ++from;
        }
    }

    /// Says that the next tokens of the prompt are in the reserved blocks: full blocks can be found from
    /// now on.
    ///
    /// @param more how many tokens; from 1 to [#remainingTokens()]
    /// @throws IllegalStateException if so many were not reserved
    public void commit(int more) {
        if (more < 1 || more > remainingTokens()) {
            throw new IllegalArgumentException(
                    "tokens to commit must be from 1 to %d: %d".formatted(remainingTokens(), more));
        }
        core.enter();
        try {
            requireUsable();
            if (core.config.shape().blocks(count + more) > blocks || tailShared()) {
                throw new IllegalStateException(
                        "%d tokens after %d do not fit in the %d blocks reserved"
                                .formatted(more, count, blocks));
            }
            int from = count / perBlock;
            count += more;
            keep(from);
        } finally {
            core.exit();
        }
    }

    /// The same for tokens that were made.
    ///
    /// @throws IllegalStateException if so many were not reserved, or the prompt is not committed yet
    public void commit(int[] made) {
        requirePrompt();
        tokens.supply(made, made.length);
        try {
            commit(made.length);
        } catch (RuntimeException e) {
            tokens.truncate(count);
            throw e;
        }
    }

    private void keep(int from) {
        int to = Math.min(count / perBlock, tokens.chain().blocks());
        for (int at = from; at < to; at++) {
            core.table.keep(path[at], tokens.chain(), at, parentOf(at));
            retain(at);
        }
        announcedFrom = Math.max(announcedFrom, to);
        if (from < to) {
            core.stored(tokens, tenant, path, from, to);
            core.progress.signalAll();
        }
    }

    /// Reserves and commits the next tokens of the prompt.
    ///
    /// @param more how many; from 1 to [#remainingTokens()]
    public Room prefill(int more) {
        if (more < 1 || more > remainingTokens()) {
            throw new IllegalArgumentException(
                    "tokens to prefill must be from 1 to %d: %d"
                            .formatted(remainingTokens(), more));
        }
        Room room = reserve(more);
        if (room instanceof Room.Ready) {
            commit(more);
        }
        return room;
    }

    /// Reserves and commits tokens that were made.
    ///
    /// @param made at least one
    /// @throws IllegalStateException if the prompt is not in blocks yet
    public Room append(int... made) {
        requirePrompt();
        Room room = reserve(made.length);
        if (room instanceof Room.Ready) {
            commit(made);
        }
        return room;
    }

    /// Gives back what was reserved and not committed, and the promise. Others that waited for it see
    /// that it will not come.
    public void abort() {
        core.enter();
        try {
            if (!closed) {
                giveUp();
                releaseFrom(core.config.shape().blocks(count));
            }
        } finally {
            core.exit();
        }
    }

    /// Another sequence with the same tokens and blocks. Who writes on first, copies a half full last
    /// block; nothing else is ever copied.
    ///
    /// @throws IllegalStateException if the sequence or the pool is closed, or joined blocks are not there
    ///     yet
    public KvSequence fork() {
        core.enter();
        try {
            requireUsable();
            core.requireOpen();
            return new KvSequence(this);
        } finally {
            core.exit();
        }
    }

    /// The sequence as it is now, for later: [KvSnapshot#restore()] forks from it.
    public KvSnapshot snapshot() {
        return new KvSnapshot(fork());
    }

    /// Drops tokens from the end, and the blocks that nothing is left in, reserved ones too.
    ///
    /// @param toTokens how many to keep; from 0 to [#tokens()]
    public void truncate(int toTokens) {
        Objects.checkFromToIndex(0, toTokens, count);
        core.enter();
        try {
            requireUsable();
            giveUp();
            count = toTokens;
            cachedTokens = Math.min(cachedTokens, count);
            tokens.truncate(count);
            releaseFrom(core.config.shape().blocks(count));
        } finally {
            core.exit();
        }
    }

    /// How many further tokens of the prompt another sequence is computing now.
    public int pendingTokens() {
        core.enter();
        try {
            return closed || count % perBlock != 0 ? 0 : (pendingTo() - blocks) * perBlock;
        } finally {
            core.exit();
        }
    }

    /// Shares what another sequence is computing: its announced blocks become this one's too. Nothing else
    /// can be done until [#awaitJoined].
    ///
    /// @return how many tokens that would be
    public int join() {
        core.enter();
        try {
            requireUsable();
            if (count % perBlock != 0 || blocks * perBlock != count) {
                return 0;
            }
            int to = pendingTo();
            joinedBlocks = to - blocks;
            while (blocks < to) {
                path[blocks] = core.table.find(tokens.chain(), blocks);
                core.table.retain(path[blocks++]);
            }
            followParents(blocks - joinedBlocks);
            core.counters.joined += joinedBlocks;
            return joinedBlocks * perBlock;
        } finally {
            core.exit();
        }
    }

    /// Exchanges blocks before a joined one for its own parents, which hold the same.
    private void followParents(int from) {
        for (int at = from; at > 0 && at < blocks; at--) {
            int parent = core.table.parent(path[at]);
            if (parent != path[at - 1]) {
                core.table.retain(parent);
                core.table.release(path, at - 1, at);
                path[at - 1] = parent;
            }
        }
    }

    private int pendingTo() {
        DigestChain chain = tokens.chain();
        int most = Math.min(chain.blocks(), (promptTokens - 1) / perBlock);
        int at = blocks;
        while (at < most) {
            int block = core.table.find(chain, at);
            if (block == BlockTable.NONE) {
                break;
            }
            at++;
        }
        return Math.max(at, blocks);
    }

    /// Waits until the joined blocks were computed, or given up, or the time is up. Those that are not
    /// there then are given back, and this sequence computes them itself.
    ///
    /// @return how many tokens came
    public int awaitJoined(Duration timeout) throws InterruptedException {
        core.enterInterruptibly();
        try {
            long nanos = timeout.toNanos();
            while (!closed && !settled() && nanos > 0) {
                nanos = core.progress.awaitNanos(nanos);
            }
            return closed ? 0 : takeJoined();
        } finally {
            core.exit();
        }
    }

    private boolean settled() {
        for (int at = blocks - joinedBlocks; at < blocks; at++) {
            if (core.table.pending(path[at])) {
                return false;
            }
            if (!core.table.kept(path[at])) {
                return true;
            }
        }
        return true;
    }

    private int takeJoined() {
        int first = blocks - joinedBlocks;
        int to = first;
        while (to < blocks && core.table.kept(path[to])) {
            retain(to++);
        }
        int came = (to - first) * perBlock;
        count += came;
        cachedTokens += came;
        core.counters.hitTokens += came;
        tenant.hitTokens += came;
        joinedBlocks = 0;
        releaseFrom(to);
        return came;
    }

    /// Writes bytes into a block that only this sequence can see: reserved, or half full.
    ///
    /// @param at the block's place in the sequence
    /// @param offset where in the block to begin, in bytes
    /// @throws IllegalStateException if others may see the block
    /// @throws IndexOutOfBoundsException if the bytes do not fit in the block
    public void write(int at, long offset, MemorySegment source) {
        int block = block(at);
        core.enter();
        try {
            requireUsable();
            if (!mine(at)) {
                throw new IllegalStateException(
                        "block %s may be read by others".formatted(core.table.describe(block)));
            }
        } finally {
            core.exit();
        }
        core.memory.write(block, offset, source);
    }

    /// Reads bytes of a block.
    ///
    /// @param at the block's place in the sequence
    /// @param offset where in the block to begin, in bytes
    /// @throws IllegalStateException if the sequence is closed, or the block is joined and not there yet
    /// @throws IndexOutOfBoundsException if the block has fewer bytes there
    public void read(int at, long offset, MemorySegment target) {
        int block = block(at);
        if (closed || at >= blocks - joinedBlocks) {
            throw new IllegalStateException(
                    "block %d of the sequence is not its own".formatted(at));
        }
        core.memory.read(block, offset, target);
    }

    /// Whether [#close()] was called.
    public boolean closed() {
        return closed;
    }

    /// Gives all blocks back, the last one first; full ones stay to be found. Closing twice does nothing.
    @Override
    public void close() {
        core.enter();
        try {
            if (!closed) {
                giveUp();
                releaseFrom(0);
                closed = true;
                core.counters.open--;
                core.ended();
            }
        } finally {
            core.exit();
        }
    }

    /// Announced blocks will not be computed; the promise ends; joined blocks are let go.
    private void giveUp() {
        for (int at = announcedFrom; at < announcedTo; at++) {
            if (core.table.pending(path[at])) {
                core.table.abandon(path[at]);
            }
        }
        announcedFrom = 0;
        announcedTo = 0;
        core.promise(promise, 0);
        promise = 0;
        joinedBlocks = 0;
        core.progress.signalAll();
    }

    private void releaseFrom(int from) {
        core.table.release(path, from, blocks);
        blocks = Math.min(blocks, from);
    }

    private void retain(int at) {
        Retention.Level level = retention.levelOf(at * perBlock, promptTokens);
        if (level != null) {
            core.table.order().retain(path[at], level.priority(), level.nanos());
        }
    }

    private int needed(int more) {
        int wanted = core.config.shape().blocks(Math.addExact(count, more));
        return Math.max(0, wanted - blocks) + (more > 0 && tailShared() ? 1 : 0);
    }

    /// Whether the next token would be written into a block that others may see.
    private boolean tailShared() {
        int tail = count / perBlock;
        return count % perBlock != 0 && !mine(tail);
    }

    /// Whether the block is this sequence's to write: nobody else sees it, or it said itself what will be
    /// in it.
    private boolean mine(int at) {
        boolean announced = at >= announcedFrom && at < announcedTo;
        return core.table.writable(path[at]) || announced && core.table.pending(path[at]);
    }

    private int parentOf(int at) {
        return at == 0 ? BlockTable.NONE : path[at - 1];
    }

    private void requireMore(int more) {
        requireUsable();
        core.requireOpen();
        if (more < 1) {
            throw new IllegalArgumentException("tokens must be at least 1: " + more);
        }
    }

    private void requireUsable() {
        if (closed) {
            throw new IllegalStateException("the sequence is closed");
        }
        if (joinedBlocks > 0) {
            throw new IllegalStateException(
                    joinedBlocks + " joined blocks are not there yet: call awaitJoined");
        }
    }

    private void requirePrompt() {
        if (remainingTokens() > 0) {
            throw new IllegalStateException(
                    "%d tokens of the prompt are not in blocks yet".formatted(remainingTokens()));
        }
    }
}
