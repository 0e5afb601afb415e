package dev.isobar.memory;

/// Adds up what the system granted and refused.
///
/// *Safe for several threads.*
final class AdviceTally {

    private final boolean asked;
    private long bytes;
    private long refusedBytes;
    private String detail = "";

    AdviceTally(boolean asked) {
        this.asked = asked;
    }

    /// @param refusal empty if the system granted it
    synchronized void add(long size, String refusal) {
        if (refusal.isEmpty()) {
            bytes += size;
        } else {
            refusedBytes += size;
            detail = refusal;
        }
    }

    synchronized PageAdvice total() {
        return new PageAdvice(asked, bytes, refusedBytes, detail);
    }
}
