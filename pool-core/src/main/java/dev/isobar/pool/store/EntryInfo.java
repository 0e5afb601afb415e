package dev.isobar.pool.store;

import java.time.Instant;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What is known of an entry without its payload.
///
/// *Immutable.*
///
/// @param key under which it is stored
/// @param run whose it is
/// @param role what it is to its run. In what look-ups find, a [Role#FINAL] of another producer counts
///     as [Role#LAST]: a start, not a result.
/// @param score how good it is, if it has a score; finite
/// @param iteration how far the run was, if it said so
/// @param schema the version of the payload's own format
/// @param producer who wrote it
/// @param generation its place in the order of all writes to the root; at least 1
/// @param writtenAt the wall clock when it was written; for people
/// @param payloadBytes how long the payload is
/// @param diskBytes what it takes on disk, the header with it
public record EntryInfo(
        Fingerprint key,
        String run,
        Role role,
        OptionalDouble score,
        OptionalLong iteration,
        int schema,
        Producer producer,
        long generation,
        Instant writtenAt,
        long payloadBytes,
        long diskBytes) {

    /// Nothing is null.
    public EntryInfo {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(score, "score");
        Objects.requireNonNull(iteration, "iteration");
        Objects.requireNonNull(producer, "producer");
        Objects.requireNonNull(writtenAt, "writtenAt");
    }

    /// The same as one producer sees what it, or another, has written.
    EntryInfo seenBy(Producer reader) {
        boolean foreign = role == Role.FINAL && !reader.trusts(producer);
        return foreign ? withRole(Role.LAST) : this;
    }

    private EntryInfo withRole(Role to) {
        return new EntryInfo(
                key,
                run,
                to,
                score,
                iteration,
                schema,
                producer,
                generation,
                writtenAt,
                payloadBytes,
                diskBytes);
    }
}
