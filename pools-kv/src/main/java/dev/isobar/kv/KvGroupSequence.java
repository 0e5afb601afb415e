package dev.isobar.kv;

import java.util.List;

/// The sequences of one request in all groups of layers: they have the same tokens, and go on together.
///
/// *One thread at a time.*
public final class KvGroupSequence implements AutoCloseable {

    private final List<KvSequence> sequences;

    KvGroupSequence(List<KvSequence> sequences) {
        this.sequences = List.copyOf(sequences);
    }

    /// The sequence of a group, to read and write its blocks.
    ///
    /// @param group its place in [KvGroups#pools()]
    public KvSequence group(int group) {
        return sequences.get(group);
    }

    /// How many tokens are in blocks, of every group.
    public int tokens() {
        return sequences.getFirst().tokens();
    }

    /// How many tokens of the prompt are not in blocks yet.
    public int remainingTokens() {
        return sequences.getFirst().remainingTokens();
    }

    /// Takes the blocks for more tokens in every group, or in none: then what was reserved before and not
    /// committed is given back, too.
    ///
    /// @param more how many tokens; at least 1
    /// @return the answer of the last group, or of the one that has no room
    public Room reserve(int more) {
        Room room = new Room.Ready(0, 0);
        boolean all = false;
        try {
            for (KvSequence each : sequences) {
                room = each.reserve(more);
                if (room instanceof Room.Short) {
                    return room;
                }
            }
            all = true;
            return room;
        } finally {
            if (!all) {
                sequences.forEach(KvSequence::abort);
            }
        }
    }

    /// Says that the next tokens of the prompt are in the reserved blocks of every group.
    ///
    /// @param more how many tokens; from 1 to [#remainingTokens()]
    /// @throws IllegalStateException if so many were not reserved
    public void commit(int more) {
        sequences.forEach(each -> each.commit(more));
    }

    /// The same for tokens that were made.
    public void commit(int[] made) {
        sequences.forEach(each -> each.commit(made));
    }

    /// Closes all, the last group first. Closing twice does nothing.
    @Override
    public void close() {
        sequences.reversed().forEach(KvSequence::close);
    }
}
