package dev.isobar.broker;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who is registered, in the order of registration.
///
/// *Safe for several threads.* Reading never waits; writing waits only for other writing, never for
/// a source.
final class SourceBook {

    private final BackOff backOff;
    private final Counters counters;
    private final List<SourceSlot> slots = new CopyOnWriteArrayList<>();
    private int nextOrder;

    SourceBook(BackOff backOff, Counters counters) {
        this.backOff = backOff;
        this.counters = counters;
    }

    List<SourceSlot> all() {
        return slots;
    }

    /// Adds a source, or finds it if this very one is there.
    ///
    /// @throws IllegalArgumentException if another one has its name, and is not closed
    SourceSlot register(PressureSource source) {
        String name = Resource.requireName(source.name(), "source name");
        Resource resource = Objects.requireNonNull(source.resource(), "resource of " + name);
        dropIfClosed(find(name));
        synchronized (this) {
            SourceSlot taken = find(name);
            if (taken == null) {
                return add(source, name, resource);
            }
            if (taken.holds(source)) {
                return taken;
            }
        }
        throw new IllegalArgumentException(
                "source name is taken: " + name + "; unregister the other one, or replace it");
    }

    /// Adds a source in place of whoever has its name.
    SourceSlot replace(PressureSource source) {
        String name = Resource.requireName(source.name(), "source name");
        Resource resource = Objects.requireNonNull(source.resource(), "resource of " + name);
        synchronized (this) {
            SourceSlot taken = find(name);
            if (taken != null && taken.holds(source)) {
                return taken;
            }
            remove(slot -> slot.name().equals(name));
            return add(source, name, resource);
        }
    }

    /// Removes exactly this registration.
    boolean remove(SourceSlot slot) {
        return remove(other -> other == slot);
    }

    boolean remove(String name) {
        return remove(slot -> slot.name().equals(name));
    }

    private synchronized boolean remove(Predicate<SourceSlot> which) {
        List<SourceSlot> leaving = slots.stream().filter(which).toList();
        slots.removeAll(leaving);
        leaving.forEach(SourceSlot::retire);
        return !leaving.isEmpty();
    }

    private SourceSlot add(PressureSource source, String name, Resource resource) {
        SourceSlot slot = new SourceSlot(source, name, resource, nextOrder++, backOff, counters);
        slots.add(slot);
        return slot;
    }

    private @Nullable SourceSlot find(String name) {
        for (SourceSlot slot : slots) {
            if (slot.name().equals(name)) {
                return slot;
            }
        }
        return null;
    }

    /// A closed source that no pass has dropped yet does not hold its name.
    private void dropIfClosed(@Nullable SourceSlot slot) {
        if (slot != null && closed(slot.source())) {
            remove(slot);
        }
    }

    /// One that cannot say is not closed.
    private static boolean closed(PressureSource source) {
        try {
            return source.closed();
        } catch (RuntimeException _) {
            return false;
        }
    }
}
