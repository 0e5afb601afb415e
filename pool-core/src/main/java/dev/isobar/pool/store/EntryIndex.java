package dev.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// All entries of a root that this process owns. Changed by the writer alone, read by anybody.
final class EntryIndex {

    private final ConcurrentMap<Fingerprint, List<Slot>> slots = new ConcurrentHashMap<>();
    private volatile int count;

    /// The entries of a key; a list that does not change.
    List<Slot> of(Fingerprint key) {
        return slots.getOrDefault(key, List.of());
    }

    @Nullable Slot find(EntryName name) {
        for (Slot slot : of(name.key())) {
            if (slot.name().equals(name)) {
                return slot;
            }
        }
        return null;
    }

    /// All entries, in no order.
    List<Slot> all() {
        List<Slot> all = new ArrayList<>();
        slots.values().forEach(all::addAll);
        return all;
    }

    /// Puts an entry in the place of that of the same name, in one step.
    ///
    /// @return the one that was there
    @Nullable Slot put(Slot slot) {
        Slot old = find(slot.name());
        List<Slot> now = new ArrayList<>(of(slot.name().key()));
        now.remove(old);
        now.add(slot);
        slots.put(slot.name().key(), List.copyOf(now));
        account(old == null ? 1 : 0);
        return old;
    }

    /// Forgets an entry.
    ///
    /// @return the entry that was there
    @Nullable Slot remove(EntryName name) {
        Slot old = find(name);
        if (old == null) {
            return null;
        }
        List<Slot> rest = of(name.key()).stream().filter(each -> each != old).toList();
        if (rest.isEmpty()) {
            slots.remove(name.key());
        } else {
            slots.put(name.key(), rest);
        }
        account(-1);
        return old;
    }

    int count() {
        return count;
    }

    /// Only the writer calls this, so that nothing is lost between reading and writing.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void account(int by) {
        count += by;
    }
}
