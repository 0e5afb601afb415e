package dev.isobar.broker;

import java.util.Objects;

/// What a source did about a [ReclaimRequest].
///
/// *Immutable.*
///
/// @param freedBytes bytes that are free now; at least 0
/// @param pendingBytes bytes that will be free later and are announced with
///     [ReclaimRequest#delivered(long)]; at least 0
/// @param outcome how it went
/// @param detail the reason in a few words, for people; empty if there is nothing to say
public record ReclaimResult(long freedBytes, long pendingBytes, Outcome outcome, String detail) {

    /// How a request to reclaim went.
    public enum Outcome {
        /// All that was asked for is free.
        RELEASED,
        /// Less than was asked for is free, and no more will come.
        PARTIAL,
        /// Some of it will be free later.
        DEFERRED,
        /// Nothing is free, and nothing will come.
        REFUSED
    }

    /// @throws IllegalArgumentException if a number is negative, or does not go with the outcome
    public ReclaimResult {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(detail, "detail");
        if (freedBytes < 0 || pendingBytes < 0) {
            throw new IllegalArgumentException(
                    "freed and pending bytes must be at least 0: freed="
                            + freedBytes
                            + ", pending="
                            + pendingBytes);
        }
        if ((outcome == Outcome.DEFERRED) != (pendingBytes > 0)) {
            throw new IllegalArgumentException(
                    "bytes are pending exactly if the outcome is DEFERRED: pending="
                            + pendingBytes
                            + ", outcome="
                            + outcome);
        }
        if (outcome == Outcome.REFUSED && freedBytes > 0) {
            throw new IllegalArgumentException("REFUSED frees nothing: freed=" + freedBytes);
        }
    }

    /// What follows from the numbers: released, partial or refused.
    ///
    /// @param askedBytes what the request wanted
    /// @param freedBytes what is free now
    /// @param shortfall why there is less than was asked for; used only if there is
    public static ReclaimResult freed(long askedBytes, long freedBytes, String shortfall) {
        if (freedBytes >= askedBytes) {
            return new ReclaimResult(freedBytes, 0, Outcome.RELEASED, "");
        }
        return new ReclaimResult(
                freedBytes, 0, freedBytes > 0 ? Outcome.PARTIAL : Outcome.REFUSED, shortfall);
    }

    /// Some bytes are free, others will be.
    public static ReclaimResult deferred(long freedBytes, long pendingBytes, String detail) {
        return new ReclaimResult(freedBytes, pendingBytes, Outcome.DEFERRED, detail);
    }

    /// Nothing was freed, and nothing will be.
    public static ReclaimResult refused(String detail) {
        return new ReclaimResult(0, 0, Outcome.REFUSED, detail);
    }
}
