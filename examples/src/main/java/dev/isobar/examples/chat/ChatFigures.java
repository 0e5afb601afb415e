package dev.isobar.examples.chat;

import dev.isobar.broker.admission.AdmissionSnapshot;

/// What a [ChatService] has done.
///
/// *Immutable.*
///
/// @param answered requests that were answered
/// @param tooLong requests that were refused because they can never fit
/// @param overloaded requests that were refused for the moment: they waited too long
/// @param writtenBytes bytes written into blocks
/// @param comparedBytes bytes read from blocks and compared with what they should be
/// @param wrongTokens tokens that did not read as they were written; 0 if all is well
/// @param admission who holds what, and who waits
public record ChatFigures(
        long answered,
        long tooLong,
        long overloaded,
        long writtenBytes,
        long comparedBytes,
        long wrongTokens,
        AdmissionSnapshot admission) {}
