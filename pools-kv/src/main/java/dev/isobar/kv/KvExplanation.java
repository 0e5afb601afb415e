package dev.isobar.kv;

/// What [KvPool#explain(KvPrompt)] found.
///
/// *Immutable.*
///
/// @param promptTokens how long the prompt is
/// @param foundTokens how many tokens, from the first on, would be found
/// @param miss why not more
public record KvExplanation(int promptTokens, int foundTokens, KvMiss miss) {}
