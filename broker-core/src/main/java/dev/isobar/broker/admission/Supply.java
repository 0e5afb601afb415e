package dev.isobar.broker.admission;

import dev.isobar.broker.Resource;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Something that claims take units of: tokens of a KV pool, lanes of an engine, bytes of a device.
///
/// *Immutable*, and safe for several threads if its suppliers are. A supply is itself, not what it is
/// called: claims name the object that the [Admission] was built with. Suppliers are called often and
/// with no lock held; they should be quick. While one throws, or answers less than 0, nothing of its supply
/// is granted.
public final class Supply {

    private final Resource resource;
    private final String unit;
    private final LongSupplier capacity;
    private final @Nullable LongSupplier free;

    private Supply(
            Resource resource, String unit, LongSupplier capacity, @Nullable LongSupplier free) {
        this.resource = Objects.requireNonNull(resource, "resource");
        this.unit = Checks.name("unit", unit);
        this.capacity = Objects.requireNonNull(capacity, "capacity");
        this.free = free;
    }

    /// A supply that the admission itself keeps count of: free = capacity less what is granted.
    ///
    /// @param resource what it is part of
    /// @param unit what is counted, as it stands in messages: `tokens`, `lanes`, `bytes`
    /// @param capacity how many units there are; at least 0
    /// @throws IllegalArgumentException if `unit` is blank or `capacity` negative
    public static Supply counted(Resource resource, String unit, long capacity) {
        Checks.atLeast("capacity", capacity, 0);
        return new Supply(resource, unit, () -> capacity, null);
    }

    /// The same with a capacity that may change. Call [Admission#reconsider()] when it has.
    ///
    /// @param capacity how many units there are now; below what is granted, nothing more is granted
    public static Supply counted(Resource resource, String unit, LongSupplier capacity) {
        return new Supply(resource, unit, capacity, null);
    }

    /// A supply whose free units somebody else knows, such as a pool: free = what the pool says, less
    /// what is granted and, by [Grant#used(Supply, long)], not yet used. Call [Admission#reconsider()]
    /// when units became free.
    ///
    /// @param resource what it is part of
    /// @param unit what is counted, as it stands in messages
    /// @param capacity how many units there are in all; a larger claim is impossible
    /// @param free how many units could be used now, those included that can be made free at once
    public static Supply measured(
            Resource resource, String unit, LongSupplier capacity, LongSupplier free) {
        return new Supply(resource, unit, capacity, Objects.requireNonNull(free, "free"));
    }

    /// What it is part of.
    public Resource resource() {
        return resource;
    }

    /// What is counted.
    public String unit() {
        return unit;
    }

    /// Whether somebody else knows how many units are free.
    public boolean isMeasured() {
        return free != null;
    }

    LongSupplier capacity() {
        return capacity;
    }

    @Nullable LongSupplier free() {
        return free;
    }

    boolean sameNameAs(Supply other) {
        return resource.equals(other.resource) && unit.equals(other.unit);
    }

    @Override
    public String toString() {
        return unit + " of " + resource;
    }
}
