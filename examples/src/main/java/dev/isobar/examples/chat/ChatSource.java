package dev.isobar.examples.chat;

/// Where conversations come from.
///
/// *Safe for several threads.*
public interface ChatSource {

    /// The next turn of some conversation.
    ChatRequest next();

    /// What it is, for people: `conversations of the demo's own making`.
    String description();
}
