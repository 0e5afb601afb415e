package dev.isobar.lora;

import dev.isobar.lora.format.WeightRange;
import dev.isobar.memory.load.Advice;
import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadException;
import dev.isobar.memory.load.MappingLease;
import java.util.List;

/// Maps adapters' files, and closes the files when nobody needs them any more.
///
/// *Safe for several threads.*
final class MappedFiles {

    private final FileSources sources;
    private volatile boolean closing;

    MappedFiles(FileSources sources) {
        this.sources = sources;
    }

    /// Maps an adapter's weights, and asks the system to fetch them. The file is checked before and
    /// after: what is mapped is what was registered.
    ///
    /// @throws LoadException if it cannot be mapped, or is another file by now
    MappingLease map(KnownAdapter adapter) {
        FileSource source = adapter.source;
        List<WeightRange> ranges = adapter.description.ranges();
        long begin = ranges.getFirst().offset();
        long bytes = ranges.getLast().end() - begin;
        MappingLease lease = source.map(begin, bytes, "adapter " + adapter.name);
        try {
            fetch(lease);
            source.recheck();
            return lease;
        } catch (Throwable t) {
            lease.close();
            throw t;
        }
    }

    /// Gives a mapping back.
    ///
    /// @param forget whether the system shall forget the bytes too, if nobody else has them mapped
    /// @throws LoadException if the system does not take it; it can be given back again
    void unmap(MappingLease lease, boolean forget) {
        lease.close();
        if (forget) {
            FileSource source = lease.source();
            source.dropCached(source.extent(lease.offset(), lease.bytes()));
        }
        closeIfUnused();
    }

    /// Closes the files, those that are mapped when their last lease has ended. Idempotent.
    void close() {
        closing = true;
        closeIfUnused();
    }

    private void closeIfUnused() {
        if (closing && sources.leases().isEmpty()) {
            sources.close();
        }
    }

    private static void fetch(MappingLease lease) {
        try {
            lease.advise(Advice.WILL_NEED, 0, lease.bytes());
        } catch (LoadException _) {
            // Then they come when they are touched.
        }
    }
}
