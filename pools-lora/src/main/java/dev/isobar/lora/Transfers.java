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

    /// Loads an adapter from its file.
    ResidentAdapter load(AdapterTier tier, KnownAdapter adapter) {
        ResidentAdapter loaded =
                tier.fill(
                        adapter,
                        Origin.FILE,
                        (pages, first) ->
                                loader.load(items(tier.slab(), adapter, pages, first), policy));
        loadedBytes.add(loaded.broughtBytes());
        countKept(loaded);
        tier.entered(loaded);
        return loaded;
    }

    /// Loads an adapter from the host's pages if they have it, else from its file.
    ResidentAdapter promote(AdapterTier device, AdapterTier host, KnownAdapter adapter) {
        Lease<ResidentAdapter> lease = host.find(adapter.name);
        if (lease == null) {
            return load(device, adapter);
        }
        try (lease) {
            ResidentAdapter source = lease.value();
            ResidentAdapter copy =
                    device.fill(
                            adapter,
                            Origin.HOST,
                            (pages, first) -> copy(source, device.slab(), pages, first));
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
                    host.fill(
                            leaving.known,
                            Origin.DEMOTION,
                            (pages, first) -> copy(leaving, host.slab(), pages, first));
            host.entered(kept);
            ticket.publish(kept).close();
            demotedBytes.add(kept.broughtBytes());
        }
    }

    private static void copy(ResidentAdapter source, PageSlab to, long[] target, int first) {
        PageSlab from = source.slab;
        for (int i = first; i < target.length; i++) {
            to.space()
                    .copyAcross(
                            from.block(source.pages[i]),
                            from.offset(source.pages[i]),
                            to.block(target[i]),
                            to.offset(target[i]),
                            to.pageBytes());
        }
    }

    /// One item for each run of pages that are neighbours in the slab, and of bytes that are in the file.
    private static List<LoadItem> items(
            PageSlab slab, KnownAdapter adapter, long[] pages, int first) {
        long pageBytes = slab.pageBytes();
        List<LoadItem> items = new ArrayList<>();
        for (int from = first; from < pages.length; ) {
            int to = from + 1;
            while (to < pages.length && follows(slab, pages[to - 1], pages[to])) {
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

    private static boolean follows(PageSlab slab, long page, long next) {
        return slab.block(page).equals(slab.block(next))
                && slab.offset(page) + slab.pageBytes() == slab.offset(next);
    }
}
