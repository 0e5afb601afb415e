package dev.isobar.lora;

import dev.isobar.lora.ResidentAdapter.Origin;
import dev.isobar.lora.format.WeightRange;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.LoadItem;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.pool.Lease;
import dev.isobar.pool.LoadTicket;
import dev.isobar.pool.PendingLoad;
import dev.isobar.pool.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Moves adapters' bytes: from files into a tier, from the host to the device, and back.
///
/// *Safe for several threads.*
final class Transfers {

    final LongAdder loadedBytes = new LongAdder();
    final LongAdder promotedBytes = new LongAdder();
    final LongAdder demotedBytes = new LongAdder();
    final LongAdder keptBytes = new LongAdder();

    private final FileLoader loader;
    private final LoadPolicy policy;

    Transfers(FileLoader loader, LoadPolicy policy) {
        this.loader = loader;
        this.policy = policy;
    }

    /// Loads an adapter from its file, or maps it where that is the tier's way.
    ResidentAdapter load(AdapterTier tier, KnownAdapter adapter) {
        if (tier.maps()) {
            ResidentAdapter mapped = tier.map(adapter);
            tier.entered(mapped);
            return mapped;
        }
        ResidentAdapter loaded =
                tier.fill(
                        adapter,
                        Origin.FILE,
                        (pages, first) -> loader.load(items(adapter, pages, first), policy));
        loadedBytes.add(loaded.broughtBytes());
        countKept(loaded);
        tier.entered(loaded);
        return loaded;
    }

    /// Loads an adapter from the host's pages if they have it, else from its file. Also if the host has
    /// it mapped: a device must not be given mapped bytes, since a file that is cut short would end the
    /// process; the system's cache has them for the loader.
    ResidentAdapter promote(AdapterTier device, AdapterTier host, KnownAdapter adapter) {
        Lease<ResidentAdapter> lease = host.find(adapter.name);
        if (lease == null) {
            return load(device, adapter);
        }
        try (lease) {
            if (!(lease.value().weights instanceof Weights.Paged source)) {
                return load(device, adapter);
            }
            ResidentAdapter copy =
                    device.fill(
                            adapter,
                            Origin.HOST,
                            (pages, first) -> new PageCopies(policy).copy(source, pages, first));
            promotedBytes.add(copy.broughtBytes());
            countKept(copy);
            device.entered(copy);
            return copy;
        }
    }

    private void countKept(ResidentAdapter adapter) {
        keptBytes.add(adapter.description().bytes() - adapter.broughtBytes());
    }

    /// Keeps what leaves the device on the host, if there is room without evicting anything.
    void demote(ResidentAdapter leaving, AdapterTier host) {
        KnownAdapter adapter = leaving.known;
        if (host.closed() || host.has(adapter.name)) {
            return;
        }
        host.pool()
                .joinIfFree(adapter, host.bytesOf(adapter))
                .ifPresent(turn -> demote(leaving, host, turn));
    }

    private void demote(ResidentAdapter leaving, AdapterTier host, Turn<ResidentAdapter> turn) {
        switch (turn) {
            case Turn.Hit<ResidentAdapter>(Lease<ResidentAdapter> lease) -> lease.close();
            case Turn.Wait<ResidentAdapter>(PendingLoad<ResidentAdapter> pending) ->
                    pending.close();
            case Turn.Lead<ResidentAdapter>(LoadTicket<ResidentAdapter> ticket) ->
                    demote(leaving, host, ticket);
        }
    }

    private void demote(
            ResidentAdapter leaving, AdapterTier host, LoadTicket<ResidentAdapter> ticket) {
        try (ticket) {
            ResidentAdapter kept =
                    host.maps()
                            ? host.map(leaving.known)
                            : host.fill(
                                    leaving.known,
                                    Origin.DEMOTION,
                                    (pages, first) ->
                                            new PageCopies(policy)
                                                    .copy(leaving.paged(), pages, first));
            host.entered(kept);
            ticket.publish(kept).close();
            demotedBytes.add(kept.broughtBytes());
        }
    }

    /// One item for each run of pages that are neighbours in the slab, and of bytes that are in the file.
    private static List<LoadItem> items(KnownAdapter adapter, Weights.Paged target, int first) {
        PageSlab slab = target.slab();
        long[] pages = target.pages();
        long pageBytes = slab.pageBytes();
        List<LoadItem> items = new ArrayList<>();
        for (int from = first; from < pages.length; ) {
            int to = from + 1;
            while (to < pages.length && PageCopies.follows(target, to)) {
                to++;
            }
            long begin = from * pageBytes;
            for (WeightRange range : adapter.description.ranges()) {
                long start = Math.max(begin, range.position());
                long end = Math.min(to * pageBytes, range.position() + range.bytes());
                if (start < end) {
                    items.add(
                            new LoadItem(
                                    adapter.source.extent(
                                            range.offset() + start - range.position(), end - start),
                                    slab.block(pages[from]),
                                    slab.offset(pages[from]) + start - begin));
                }
            }
            from = to;
        }
        return items;
    }
}
