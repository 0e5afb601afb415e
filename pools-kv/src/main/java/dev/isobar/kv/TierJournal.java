package dev.isobar.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// What comes into a tier and goes from it, for routers, and how many blocks each tenant has there.
///
/// It is written into the tier's own log, if it keeps one, and into those of the pools above.
///
/// *Guarded by caller:* by the tier's lock, but for the logs.
final class TierJournal {

    private final String medium;
    private final KvEventLog own;
    private final List<KvEventLog> logs = new ArrayList<>();
    private final DigestSum sum = new DigestSum();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private int[] blocks = new int[4];

    /// @param medium what the events call the tier
    /// @param kept how many events the tier's own log keeps; 0 for none
    TierJournal(String medium, int kept) {
        this.medium = medium;
        own = new KvEventLog(kept);
        if (own.enabled()) {
            logs.add(own);
        }
    }

    /// The events of the tier alone.
    KvEventLog own() {
        return own;
    }

    /// Writes into another log, too, from now on.
    ///
    /// @param filled whether there is something here that it has not been told
    void tell(KvEventLog log, boolean filled) {
        logs.add(log);
        if (filled) {
            log.skip();
        }
    }

    /// Writes into that log no more: for those who read it, the tier is empty.
    void tellNoMore(KvEventLog log) {
        if (logs.remove(log)) {
            log.add(this::clearing);
        }
    }

    private void add(LongFunction<KvEvent> event) {
        logs.forEach(each -> each.add(event));
    }

    private KvEvent clearing(long number) {
        return new KvEvent.Cleared(number, 0, medium);
    }

    /// The number of a tenant here; a new one for a new tenant.
    int id(String tenant) {
        Integer known = ids.get(tenant);
        if (known != null) {
            return known;
        }
        if (names.size() == TenantLedger.MAX_TENANTS) {
            throw new IllegalStateException(
                    "tier %s: no more than %d tenants".formatted(medium, names.size()));
        }
        names.add(tenant);
        ids.put(tenant, names.size() - 1);
        blocks = names.size() > blocks.length ? Arrays.copyOf(blocks, 2 * blocks.length) : blocks;
        return names.size() - 1;
    }

    /// How many blocks of a tenant can be found in the tier.
    int blocks(String tenant) {
        Integer id = ids.get(tenant);
        return id == null ? 0 : blocks[id];
    }

    /// The tier was emptied.
    void cleared() {
        sum.clear();
        add(this::clearing);
    }

    /// A block can be found.
    void stored(BlockTable table, int block, BlockOrigin origin) {
        blocks[table.tenant(block)]++;
        sum.count(table, block, 1);
        if (!logs.isEmpty()) {
            String digest = DigestSum.hex(table, block);
            add(number -> origin.stored(number, digest, medium));
        }
    }

    /// A block is about to be found no more.
    void removed(BlockTable table, int block, BlockOrigin origin, RemovalReason reason) {
        blocks[table.tenant(block)]--;
        sum.count(table, block, -1);
        if (!logs.isEmpty() && reason != RemovalReason.RESET) {
            String digest = DigestSum.hex(table, block);
            add(number -> origin.removed(number, digest, reason, medium));
        }
    }

    /// Adds the sum over what can be found now.
    void sum(Map<String, String> byMedium) {
        byMedium.put(medium, sum.hex());
    }

    /// Adds all that can be found now.
    ///
    /// @param number what the events have as theirs
    /// @param origins by block
    void index(long number, BlockTable table, BlockOrigin[] origins, List<KvEvent.Stored> into) {
        for (int block = 1; block <= table.blocks(); block++) {
            if (table.kept(block)) {
                into.add(origins[block].stored(number, DigestSum.hex(table, block), medium));
            }
        }
    }
}
