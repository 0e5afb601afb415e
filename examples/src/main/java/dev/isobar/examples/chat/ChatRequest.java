package dev.isobar.examples.chat;

import java.util.Objects;

/// One turn of a conversation. Its answer is known beforehand, since there is no model: that makes it
/// possible to check every byte.
///
/// *Immutable*, as long as nobody writes to the array.
///
/// @param session the conversation; its turns run one at a time
/// @param adapter the name of the adapter that it uses
/// @param tokens the prompt, and after it the answer
/// @param promptTokens how many of them are the prompt; from 1 to all
@SuppressWarnings("ArrayRecordComponent") // a parameter object, never compared
public record ChatRequest(String session, String adapter, int[] tokens, int promptTokens) {

    /// @throws IllegalArgumentException if `promptTokens` is out of range
    public ChatRequest {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(adapter, "adapter");
        if (promptTokens < 1 || promptTokens > tokens.length) {
            throw new IllegalArgumentException(
                    "promptTokens must be from 1 to %d: %d".formatted(tokens.length, promptTokens));
        }
    }

    /// How many tokens are made.
    public int answerTokens() {
        return tokens.length - promptTokens;
    }
}
