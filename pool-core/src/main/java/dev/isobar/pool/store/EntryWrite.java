package dev.isobar.pool.store;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What is said about a payload when it is stored.
///
/// *Immutable.*
///
/// @param run whose entry it is: 1 to 64 of `a-z`, `0-9` and `-`. A write replaces the entry of the
///     same key, run and role, and no other.
/// @param role what it is to its run
/// @param score how good it is; empty if it has none. One that is not finite counts as none.
/// @param iteration how far the run was
/// @param schema the version of the payload's own format, for whoever reads it
/// @param durability what it has to survive
public record EntryWrite(
        String run,
        Role role,
        OptionalDouble score,
        OptionalLong iteration,
        int schema,
        Durability durability) {

    private static final Pattern RUN = Pattern.compile("[a-z0-9-]{1,64}");

    /// @throws IllegalArgumentException if the run has other characters, or too many
    public EntryWrite {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(iteration, "iteration");
        Objects.requireNonNull(durability, "durability");
        requireRun(run);
        if (score.isPresent() && !Double.isFinite(score.getAsDouble())) {
            score = OptionalDouble.empty();
        }
    }

    /// A finished value without a score, the only one of its key: written again, it is replaced.
    public static EntryWrite value() {
        return of("value", Role.FINAL);
    }

    /// An entry of a run, without a score, with [Durability#FULL].
    ///
    /// @throws IllegalArgumentException if the run has other characters, or too many
    public static EntryWrite of(String run, Role role) {
        return new EntryWrite(
                run, role, OptionalDouble.empty(), OptionalLong.empty(), 0, Durability.FULL);
    }

    /// The same with a score; one that is not finite counts as none.
    public EntryWrite withScore(double to) {
        return new EntryWrite(run, role, OptionalDouble.of(to), iteration, schema, durability);
    }

    /// The same with an iteration.
    public EntryWrite withIteration(long to) {
        return new EntryWrite(run, role, score, OptionalLong.of(to), schema, durability);
    }

    /// The same with another version of the payload's format.
    public EntryWrite withSchema(int to) {
        return new EntryWrite(run, role, score, iteration, to, durability);
    }

    /// The same with another durability.
    public EntryWrite withDurability(Durability to) {
        return new EntryWrite(run, role, score, iteration, schema, to);
    }

    static boolean isRun(String text) {
        return RUN.matcher(text).matches();
    }

    private static void requireRun(String run) {
        if (!isRun(run)) {
            throw new IllegalArgumentException(
                    "run must be 1 to 64 of a-z, 0-9 and -: '%s'".formatted(run));
        }
    }
}
