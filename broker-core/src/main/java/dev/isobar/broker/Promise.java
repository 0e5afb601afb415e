package dev.isobar.broker;

/// The bytes that one answer of a source left pending. Each byte is credited exactly once, in
/// whatever order the answer, the deliveries and the time-out come, and from whatever thread.
///
/// *Safe for several threads.* The bytes of a promise are at any moment: open + delivered + lost.
final class Promise {

    /// What a delivery is worth.
    ///
    /// @param bytes the bytes credited by it, for the first and only time
    /// @param late whether they had been given up
    record Credit(long bytes, boolean late) {

        private static final Credit NONE = new Credit(0, false);
    }

    private boolean made;
    private boolean expired;
    private long early;
    private long promised;
    private long delivered;

    /// The source's answer is here. What was delivered before it is credited now.
    ///
    /// @return the bytes credited by this
    synchronized long make(long bytes) {
        made = true;
        promised = bytes;
        long credit = Math.min(early, bytes);
        delivered = credit;
        early = 0;
        return credit;
    }

    /// The source announces bytes. What goes beyond the promise is ignored; what comes after the
    /// time-out is credited still, but was never credited before.
    ///
    synchronized Credit deliver(long bytes) {
        if (!made) {
            early = Bytes.plus(early, bytes);
            return Credit.NONE;
        }
        long credit = Math.min(bytes, promised - delivered);
        delivered += credit;
        return new Credit(credit, expired);
    }

    /// Its time is up: it counts as in flight no longer.
    ///
    /// @return the bytes that had not come by then
    synchronized long expire() {
        long open = openBytes();
        expired = true;
        return open;
    }

    /// What is still in flight.
    synchronized long openBytes() {
        return expired ? 0 : promised - delivered;
    }

    synchronized long deliveredBytes() {
        return delivered;
    }

    synchronized long promisedBytes() {
        return promised;
    }
}
