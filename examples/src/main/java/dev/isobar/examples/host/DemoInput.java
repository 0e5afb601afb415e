package dev.isobar.examples.host;

import dev.isobar.examples.chat.AdapterShelf;
import dev.isobar.examples.chat.ChatSource;
import dev.isobar.examples.corpus.Corpus;

/// What a run works on.
///
/// *Immutable*, as far as its parts are.
///
/// @param corpus what is searched
/// @param adapters what conversations use; stays open
/// @param chats where conversations come from
/// @param chatsPerSecond how many of their turns there are; more than 0
public record DemoInput(
        Corpus corpus, AdapterShelf adapters, ChatSource chats, double chatsPerSecond) {}
