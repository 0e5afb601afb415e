package dev.isobar.kv;

/// Notes on blocks by their keys, one place for each: a later note may take the place of an earlier one,
/// and two keys in some tens of thousands that share a place are taken for one.
///
/// *Guarded by caller.* Constant time; allocates nothing.
final class NoteTable {

    /// What a place costs in bytes: {@value}.
    static final int BYTES_PER_NOTE = 4;

    /// No note: {@value}.
    static final int NONE = 0;

    private static final int USES_BITS = 7;
    private static final int NOTE_BITS = 16;
    private static final int NOTE_MASK = (1 << NOTE_BITS) - 1;
    private static final int PLACE_SHIFT = 20;
    private static final int TAG_SHIFT = 48;

    private final int[] notes;

    /// @param places a power of two
    NoteTable(int places) {
        notes = new int[places];
    }

    /// The note on a block, or [#NONE].
    int of(long key) {
        int entry = notes[place(key)];
        return entry >>> NOTE_BITS == (int) (key >>> TAG_SHIFT) ? entry & NOTE_MASK : NONE;
    }

    /// @param kind the class of the block, up to 511
    /// @param uses how often it was asked for, from 1 to [ReuseOdds#MOST_USES]
    void put(long key, int kind, int uses) {
        int note = kind << USES_BITS | uses;
        notes[place(key)] = (int) (key >>> TAG_SHIFT) << NOTE_BITS | note;
    }

    static int uses(int note) {
        return note & ReuseOdds.MOST_USES;
    }

    static int kind(int note) {
        return note >>> USES_BITS;
    }

    private int place(long key) {
        return (int) (key >>> PLACE_SHIFT) & (notes.length - 1);
    }
}
