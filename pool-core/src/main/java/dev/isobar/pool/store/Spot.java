package dev.isobar.pool.store;

/// Where the newest record of a key is, and when it was last used.
final class Spot {

    private final Segment segment;
    private final long offset;
    private final int payloadBytes;
    private final long sequence;
    private volatile long usedAtNanos;
    private volatile boolean used;

    Spot(Segment segment, long offset, int payloadBytes, long sequence, long usedAtNanos) {
        this.segment = segment;
        this.offset = offset;
        this.payloadBytes = payloadBytes;
        this.sequence = sequence;
        this.usedAtNanos = usedAtNanos;
    }

    Segment segment() {
        return segment;
    }

    long offset() {
        return offset;
    }

    int payloadBytes() {
        return payloadBytes;
    }

    long bytes() {
        return LogRecord.bytes(payloadBytes);
    }

    long sequence() {
        return sequence;
    }

    long usedAtNanos() {
        return usedAtNanos;
    }

    /// Whether it was found since it was written, or last moved.
    boolean used() {
        return used;
    }

    /// As an earlier process has left it.
    void wasUsed(long atNanos, boolean found) {
        usedAtNanos = atNanos;
        used = found;
    }

    void use(long nowNanos) {
        usedAtNanos = nowNanos;
        used = true;
    }
}
