package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;

/// One sequence of tokens and the blocks that hold it: what an engine calls a request.
///
/// It begins with what [KvPool#open(KvPrompt)] found. The rest of the prompt follows with
/// [#prefill(int)], made tokens with [#append(int...)]. Both can be done in two steps, [#reserve(int)] and
/// [#commit(int)], so that bytes are written in between, before anybody can find them.
///
/// A step that fails changes nothing. *One thread at a time;* several sequences of a pool may be used by
/// several threads. Memory: its tokens, 32 bytes for each full block, and 4 for each block.
public final class KvSequence implements AutoCloseable {

    private final KvCore core;
    private final Account tenant;
    private final SequenceTokens tokens;
    private final SequenceBlocks blocks;
    private int cachedTokens;
    private boolean closed;

    KvSequence(KvCore core, Account tenant, KvPrompt prompt, SequenceTokens tokens) {
        this.core = core;
        this.tenant = tenant;
        this.tokens = tokens;
        this.blocks = new SequenceBlocks(core, tenant, prompt, tokens);
    }

    private KvSequence(KvSequence other) {
        other.core.requirePlace();
        core = other.core;
        tenant = other.tenant;
        tokens = other.tokens.copy(other.tokens());
        blocks = other.blocks.fork(tokens);
        cachedTokens = other.tokens();
        core.counters.open++;
    }

    /// Takes the longest kept beginning; at least one token of the prompt is left to compute.
    void begin(boolean lookup) {
        core.requirePlace();
        blocks.begin(lookup);
        cachedTokens = tokens();
        core.counters.open++;
    }

    /// Lets go of found blocks behind a token; the tokens of the prompt stay to be computed.
    void shorten(int toTokens) {
        core.run(() -> {
            blocks.truncate(toTokens);
            cachedTokens = toTokens;
        });
    }

    /// Counts what came from a tier as found.
    void fetched(int came) {
        cachedTokens += came;
        tenant.hitTokens += came;
        core.counters.hitTokens += came;
        core.counters.loadedTokens += came;
    }

    /// How many tokens are in blocks.
    public int tokens() {
        return blocks.count();
    }

    /// How many tokens of the prompt are not in blocks yet.
    public int remainingTokens() {
        return tokens.known() - tokens();
    }

    /// How many tokens were found at the opening, in the pool or below, came with a fork, or were joined.
    public int cachedTokens() {
        return cachedTokens;
    }

    /// How many blocks the sequence uses, reserved ones too.
    public int blocks() {
        return blocks.blocks();
    }

    /// The number of a block, from 1 to the pool's capacity. It stays while the sequence uses it.
    ///
    /// @param at its place in the sequence, from 0
    public int block(int at) {
        Objects.checkIndex(at, blocks());
        return blocks.block(at);
    }

    /// A handle of a block, for [KvPool#read(KvBlock, long, MemorySegment)]: it fails by name once nobody uses
    /// the block, or it was freed, and never reads what came after.
    ///
    /// @param at its place in the sequence, from 0
    public KvBlock handle(int at) {
        int block = block(at);
        return core.locked(
                () -> new KvBlock(core.config.name(), block, core.table.generation(block)));
    }

    /// The numbers of all blocks, in order.
    public int[] blockNumbers() {
        return blocks.numbers();
    }

    /// Whose it is.
    public String tenant() {
        return tenant.name;
    }

    /// How room for more tokens would be made now. Changes nothing.
    ///
    /// @param more how many tokens; at least 0
    public RoomPlan plan(int more) {
        return core.locked(() -> blocks.plan(more));
    }

    /// Sees to it that there is room for more tokens, and promises it to this sequence: others cannot
    /// take it. What is missing is evicted, and no more; never a block of this or another sequence.
    ///
    /// @param more how many tokens; at least 1. A new call replaces the promise of the one before
    /// @return whether there is room, and what was evicted
    /// @throws IllegalStateException if the sequence or the pool is closed
    public Room ensureRoom(int more) {
        return core.traffic.room(() -> {
            requireMore(more);
            return blocks.ensureRoom(more);
        });
    }

    /// Takes the blocks for more tokens. If the last block is shared and half full, its content moves to
    /// one of the new ones. Blocks that will hold known tokens are announced, so that other sequences can
    /// wait for them.
    ///
    /// @param more how many tokens; at least 1
    /// @throws IllegalStateException if the sequence or the pool is closed, or joined blocks are not there
    ///     yet
    public Room reserve(int more) {
        if (blocks.fits(more)) {
            requireMore(more);
            return new Room.Ready(0, 0);
        }
        Room room =
                core.traffic.room(() -> {
                    requireMore(more);
                    return blocks.reserve(more);
                });
        if (blocks.copying()) {
            copyTail();
        }
        return room;
    }

    private void copyTail() {
        boolean[] copied = {false};
        try {
            core.memory.copy(blocks.copyFrom(), blocks.copyTo(), core.config.copier());
            copied[0] = true;
        } finally {
            core.run(() -> blocks.copied(copied[0]));
        }
    }

    /// Says that the next tokens of the prompt are in the reserved blocks: full blocks can be found from
    /// now on.
    ///
    /// @param more how many tokens; from 1 to [#remainingTokens()]
    /// @throws IllegalStateException if so many were not reserved
    public void commit(int more) {
        requireRemaining("commit", more);
        if (!blocks.commitWithin(more)) {
            core.run(() -> {
                requireUsable();
                blocks.commit(more);
            });
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
            tokens.truncate(tokens());
            throw e;
        }
    }

    /// Reserves and commits the next tokens of the prompt.
    ///
    /// @param more how many; from 1 to [#remainingTokens()]
    public Room prefill(int more) {
        requireRemaining("prefill", more);
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
        core.run(() -> {
            if (!closed) {
                blocks.giveUp();
                blocks.releaseUnneeded();
            }
        });
    }

    /// Another sequence with the same tokens and blocks. Who writes on first, copies a half full last
    /// block; nothing else is ever copied.
    ///
    /// @throws IllegalStateException if the sequence or the pool is closed, or joined blocks are not there
    ///     yet
    public KvSequence fork() {
        return core.locked(() -> {
            requireUsable();
            core.requireOpen();
            return new KvSequence(this);
        });
    }

    /// The sequence as it is now, for later: [KvSnapshot#restore()] forks from it.
    public KvSnapshot snapshot() {
        return new KvSnapshot(fork());
    }

    /// Drops tokens from the end, and the blocks that nothing is left in, reserved ones too.
    ///
    /// @param toTokens how many to keep; from 0 to [#tokens()]
    public void truncate(int toTokens) {
        Objects.checkFromToIndex(0, toTokens, tokens());
        core.run(() -> {
            requireUsable();
            blocks.truncate(toTokens);
            cachedTokens = Math.min(cachedTokens, toTokens);
            tokens.truncate(toTokens);
        });
    }

    /// How many further tokens of the prompt another sequence is computing now.
    public int pendingTokens() {
        return core.locked(() ->
                closed || !blocks.even() ? 0 : (blocks.pendingTo() - blocks()) * core.perBlock());
    }

    /// Shares what another sequence is computing: its announced blocks become this one's too. Nothing else
    /// can be done until [#awaitJoined].
    ///
    /// @return how many tokens that would be
    public int join() {
        return core.locked(() -> {
            requireUsable();
            return blocks.even() ? blocks.join() * core.perBlock() : 0;
        });
    }

    /// Whether it is known what becomes of the joined blocks, so that [#awaitJoined] answers at once.
    public boolean settled() {
        return core.locked(() -> closed || blocks.settled());
    }

    /// Waits until the joined blocks were computed, or given up, or the time is up. Those that are not
    /// there then are given back, and this sequence computes them itself.
    ///
    /// @return how many tokens came
    public int awaitJoined(Duration timeout) throws InterruptedException {
        core.enterInterruptibly();
        try {
            long nanos = timeout.toNanos();
            while (!closed && !blocks.settled() && nanos > 0) {
                nanos = core.progress.awaitNanos(nanos);
            }
            int came = closed ? 0 : blocks.takeJoined();
            cachedTokens += came;
            return came;
        } finally {
            core.exit();
        }
    }

    /// Writes bytes into a block that only this sequence can see: reserved, or half full.
    ///
    /// @param at the block's place in the sequence
    /// @param offset where in the block to begin, in bytes
    /// @throws IllegalStateException if others may see the block
    /// @throws IndexOutOfBoundsException if the bytes do not fit in the block
    public void write(int at, long offset, MemorySegment source) {
        int block = block(at);
        core.run(() -> {
            requireUsable();
            if (!blocks.mine(at)) {
                throw new IllegalStateException(
                        "block %s may be read by others".formatted(core.table.describe(block)));
            }
        });
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
        if (closed || at >= blocks() - blocks.joined()) {
            throw new IllegalStateException(
                    "block %d of the sequence is not its own".formatted(at));
        }
        core.memory.read(block, offset, target);
    }

    /// The digests of the full blocks, also of those still to come.
    DigestChain chain() {
        return tokens.chain();
    }

    /// What is known of a full block besides its bytes.
    BlockOrigin origin(int at) {
        return new BlockOrigin(
                tenant.name,
                core.config.group(),
                tokens.context().adapter(),
                at == 0 ? null : DigestSum.hex(chain(), at - 1),
                tokens.block(at));
    }

    SequenceTokens sequenceTokens() {
        return tokens;
    }

    /// How many blocks are full.
    int fullBlocks() {
        return blocks.full();
    }

    /// How many blocks of the prompt could be found or loaded at most: one token is left to compute.
    int mostFound() {
        return blocks.mostFound();
    }

    /// Whether [#close()] was called.
    public boolean closed() {
        return closed;
    }

    /// Gives all blocks back, the last one first; full ones stay to be found. Closing twice does nothing.
    @Override
    public void close() {
        if (!closed) {
            try {
                core.traffic.keep(this);
            } finally {
                release();
            }
        }
    }

    /// The same, and nothing of it goes to the disk.
    void release() {
        core.run(() -> {
            if (!closed) {
                blocks.giveUp();
                blocks.releaseFrom(0);
                closed = true;
                core.counters.open--;
                core.ended();
            }
        });
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
        if (blocks.joined() > 0) {
            String joined = blocks.joined() + " joined blocks";
            throw new IllegalStateException(joined + " are not there yet: call awaitJoined");
        }
    }

    private void requireRemaining(String what, int more) {
        int left = remainingTokens();
        if (more < 1 || more > left) {
            throw new IllegalArgumentException(
                    "tokens to %s must be from 1 to %d: %d".formatted(what, left, more));
        }
    }

    private void requirePrompt() {
        int left = remainingTokens();
        if (left > 0) {
            throw new IllegalStateException(left + " tokens of the prompt are not in blocks yet");
        }
    }
}
