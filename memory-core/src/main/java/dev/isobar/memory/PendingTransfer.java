package dev.isobar.memory;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.Transfer;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A copy that a device makes by itself.
///
/// *Safe for several threads.* The driver is asked under `asking`, this copy's own lock, because its
/// event may be given back only once and only when nobody asks.
final class PendingTransfer implements PendingCopy {

    private final DeviceSpace space;
    private final Transfer transfer;
    private final long bytes;
    private final Consumer<PendingTransfer> whenOver;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Object host; // keeps memory that the collector owns until the end
    // Written under the lock, once.
    private volatile @Nullable CopyReport report;
    private volatile @Nullable MemorySpaceException failure;

    /// @param host the host's side of the copy, to be kept alive; null where there is none
    /// @param whenOver what is to be let go at the end
    PendingTransfer(
            DeviceSpace space,
            Transfer transfer,
            long bytes,
            @Nullable Object host,
            Consumer<PendingTransfer> whenOver) {
        this.space = space;
        this.transfer = transfer;
        this.bytes = bytes;
        this.host = host;
        this.whenOver = whenOver;
    }

    @Override
    public boolean done() {
        if (over()) {
            return true;
        }
        if (!asking.tryLock()) {
            return false; // somebody waits for it, so it was not over just now
        }
        try {
            if (!over() && ended()) {
                settle();
            }
            return over();
        } finally {
            asking.unlock();
        }
    }

    @Override
    public CopyReport await() {
        close();
        MemorySpaceException failed = failure;
        CopyReport made = report;
        if (failed != null || made == null) {
            throw failed == null ? new IllegalStateException("the copy did not end") : failed;
        }
        return made;
    }

    @Override
    public void close() {
        asking.lock();
        try {
            if (!over()) {
                settle();
            }
        } finally {
            asking.unlock();
        }
    }

    private boolean over() {
        return report != null || failure != null;
    }

    /// A device that cannot say is asked for the reason in [#settle()].
    private boolean ended() {
        try {
            return transfer.done();
        } catch (DeviceException _) {
            return true;
        }
    }

    private void settle() {
        CopyReport made = null;
        MemorySpaceException failed = null;
        try {
            made = new CopyReport(bytes, transfer.await());
        } catch (DeviceException e) {
            failed = space.failure(e);
        } finally {
            Reference.reachabilityFence(host);
        }
        transfer.release();
        host = null;
        whenOver.accept(this);
        report = made;
        failure = failed;
    }
}
