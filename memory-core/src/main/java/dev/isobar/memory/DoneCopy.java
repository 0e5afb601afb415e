package dev.isobar.memory;

/// A copy that was done before anybody could ask.
///
/// *Immutable.*
record DoneCopy(CopyReport report) implements PendingCopy {

    /// Makes the copy and measures it.
    static DoneCopy of(long bytes, Runnable copy) {
        long start = System.nanoTime();
        copy.run();
        return new DoneCopy(new CopyReport(bytes, Math.max(0, System.nanoTime() - start)));
    }

    @Override
    public boolean done() {
        return true;
    }

    @Override
    public CopyReport await() {
        return report;
    }

    @Override
    public void close() {
        // nothing is held
    }
}
