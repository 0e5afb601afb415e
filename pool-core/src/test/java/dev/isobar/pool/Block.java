package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicBoolean;

/// A value that owns memory, as far as a test can tell: it knows whether it was freed, and minds being
/// freed twice or read afterwards.
final class Block {

    private final String content;
    private final long bytes;
    private final AtomicBoolean freed = new AtomicBoolean();

    Block(String content, long bytes) {
        this.content = content;
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    String read() {
        if (freed.get()) {
            throw new AssertionError(content + " was read after it was freed");
        }
        return content;
    }

    void free() {
        if (!freed.compareAndSet(false, true)) {
            throw new AssertionError(content + " was freed twice");
        }
    }

    boolean freed() {
        return freed.get();
    }
}
