package dev.isobar.embedding;

/// What a text is embedded for. Many models embed the same text differently as a question and as
/// a passage, so the role is part of the key.
public enum EmbeddingRole {
    /// The caller did not say; the model does what it does by default.
    UNSPECIFIED(0),
    /// The text is a question: what is looked for.
    QUERY(1),
    /// The text is a passage: what is found.
    DOCUMENT(2);

    private final int code;

    EmbeddingRole(int code) {
        this.code = code;
    }

    /// The number that stands for it in keys; never changes.
    int code() {
        return code;
    }
}
