package dev.isobar.lora;

import dev.isobar.pool.Lease;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Leases kept on behalf of owners: one for each pinned adapter, however many owners pinned it.
///
/// *Safe for several threads.* Leases are closed with no lock held.
final class Pins {

    private final Map<String, Pin> pins = new HashMap<>();

    /// Pins an adapter; a second lease on the same is given back.
    void add(String adapter, String owner, Lease<ResidentAdapter> lease) {
        Lease<ResidentAdapter> spare = null;
        synchronized (this) {
            Pin pin = pins.get(adapter);
            if (pin == null) {
                pins.put(adapter, new Pin(lease, new HashSet<>(Set.of(owner))));
            } else {
                pin.owners.add(owner);
                spare = lease;
            }
        }
        close(spare);
    }

    /// Ends one owner's pin.
    boolean remove(String adapter, String owner) {
        Lease<ResidentAdapter> last = null;
        synchronized (this) {
            Pin pin = pins.get(adapter);
            if (pin == null || !pin.owners.remove(owner)) {
                return false;
            }
            if (pin.owners.isEmpty()) {
                pins.remove(adapter);
                last = pin.lease;
            }
        }
        close(last);
        return true;
    }

    /// Ends all pins of an adapter.
    void removeAll(String adapter) {
        Pin pin;
        synchronized (this) {
            pin = pins.remove(adapter);
        }
        close(pin == null ? null : pin.lease);
    }

    void clear() {
        List<Pin> all;
        synchronized (this) {
            all = List.copyOf(pins.values());
            pins.clear();
        }
        all.forEach(pin -> pin.lease.close());
    }

    synchronized int count() {
        return pins.size();
    }

    private static void close(@Nullable Lease<ResidentAdapter> lease) {
        if (lease != null) {
            lease.close();
        }
    }

    private record Pin(Lease<ResidentAdapter> lease, Set<String> owners) {}
}
