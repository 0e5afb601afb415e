package dev.isobar.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Several pools that each hold one group of a model's layers, such as layers of different shapes: a prefix
/// counts as found where all groups have it.
///
/// Each pool has its own shape, space, policy and `group` number; blocks of different sizes line up at common
/// multiples of their tokens. Every layer of a group looks at all tokens before: sliding windows are not
/// known here.
///
/// *Immutable, and safe for several threads.* The pools stay their owner's.
public final class KvGroups {

    private final List<KvPool> pools;
    private final int stride;

    /// @param pools one for each group; at least one
    /// @throws IllegalArgumentException if there is none, or two have the same group number
    public KvGroups(List<KvPool> pools) {
        this.pools = List.copyOf(pools);
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("groups need at least one pool");
        }
        long distinct = pools.stream().mapToInt(each -> each.config().group()).distinct().count();
        if (distinct < pools.size()) {
            throw new IllegalArgumentException(
                    "each pool must have a group number of its own: "
                            + pools.stream().map(each -> each.config().group()).toList());
        }
        stride = this.pools.stream().mapToInt(KvGroups::perBlock).reduce(1, KvGroups::multiple);
    }

    /// The pools, in the order of the groups.
    public List<KvPool> pools() {
        return pools;
    }

    /// A found prefix is a multiple of so many tokens.
    public int strideTokens() {
        return stride;
    }

    /// How many tokens of a prompt all groups would find. Changes nothing, makes nothing younger.
    public int peek(KvPrompt prompt) {
        OptionalInt least = pools.stream().mapToInt(each -> each.peek(prompt)).min();
        return wholeStrides(least.orElse(0));
    }

    /// Begins a sequence in each group, with what all of them have. Either all are open then, or none.
    ///
    /// @throws IllegalStateException if one of the pools is closed
    public KvGroupSequence open(KvPrompt prompt) {
        List<KvSequence> open = new ArrayList<>();
        try {
            pools.forEach(each -> open.add(each.open(prompt)));
            int found = open.stream().mapToInt(KvSequence::tokens).min().orElse(0);
            open.forEach(each -> each.shorten(wholeStrides(found)));
            return new KvGroupSequence(open);
        } catch (RuntimeException | Error e) {
            open.reversed().forEach(KvSequence::close);
            throw e;
        }
    }

    private int wholeStrides(int tokens) {
        return tokens - tokens % stride;
    }

    private static int perBlock(KvPool pool) {
        return pool.config().shape().tokensPerBlock();
    }

    private static int multiple(int one, int other) {
        int a = one;
        int b = other;
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return Math.multiplyExact(one, other / a);
    }
}
