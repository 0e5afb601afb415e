package dev.isobar.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What came into a tier and went from it, for routers, and how many blocks each tenant has there.
///
/// *Guarded by caller:* by the tier's lock.
final class TierJournal {

    private final String medium;
    private final KvEventLog events;
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private int[] blocks = new int[4];

    /// @param medium what the events call the tier
    /// @param kept how many events to keep; 0 for none
    TierJournal(String medium, int kept) {
        this.medium = medium;
        this.events = new KvEventLog(kept);
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

    /// The name of a tenant.
    String tenant(int id) {
        return id < names.size() ? names.get(id) : "";
    }

    /// How many blocks of a tenant can be found in the tier.
    int blocks(String tenant) {
        Integer id = ids.get(tenant);
        return id == null ? 0 : blocks[id];
    }

    /// The events after a number, or null if some of them are gone or none are kept.
    @Nullable List<KvEvent> after(long number) {
        return events.after(number);
    }

    /// All that can be found now.
    KvIndexSnapshot index(BlockTable table) {
        Set<String> digests = new HashSet<>();
        for (int block = 1; block <= table.blocks(); block++) {
            if (table.kept(block)) {
                digests.add(KvEventLog.hex(table, block));
            }
        }
        return new KvIndexSnapshot(events.last(), digests, events.sum());
    }

    /// The tier was emptied.
    void cleared() {
        if (events.enabled()) {
            events.clear();
            events.add(number -> new KvEvent.Cleared(number, 0, medium));
        }
    }

    /// A block can be found.
    void stored(BlockTable table, int block) {
        int tenant = table.tenant(block);
        blocks[tenant]++;
        if (events.enabled()) {
            events.count(table, block, 1);
            List<String> digest = List.of(KvEventLog.hex(table, block));
            String name = tenant(tenant);
            events.add(number ->
                    new KvEvent.Stored(number, 0, null, digest, List.of(), name, null, medium));
        }
    }

    /// A block is about to be found no more.
    void removed(BlockTable table, int block, RemovalReason reason) {
        int tenant = table.tenant(block);
        blocks[tenant]--;
        if (events.enabled() && reason != RemovalReason.RESET) {
            events.count(table, block, -1);
            String digest = KvEventLog.hex(table, block);
            String name = tenant(tenant);
            events.add(number -> new KvEvent.Removed(number, 0, digest, name, reason, medium));
        }
    }
}
