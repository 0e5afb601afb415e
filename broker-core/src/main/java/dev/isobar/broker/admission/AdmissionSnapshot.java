package dev.isobar.broker.admission;

import java.util.List;

/// One consistent picture of an [Admission].
///
/// *Immutable.* Records of numbers, strings and lists: a JSON library that writes records can write it.
///
/// @param name what the admission is called
/// @param supplies in the order in which they were named
/// @param holders open grants, oldest first
/// @param tenants what each tenant holds, by name; only those that hold something
/// @param waiting requests that wait, those that wait for their own session included, oldest first
/// @param totals what has happened since it was made
public record AdmissionSnapshot(
        String name,
        List<SupplyView> supplies,
        List<HolderView> holders,
        List<TenantView> tenants,
        List<WaiterView> waiting,
        Totals totals) {

    public AdmissionSnapshot {
        supplies = List.copyOf(supplies);
        holders = List.copyOf(holders);
        tenants = List.copyOf(tenants);
        waiting = List.copyOf(waiting);
    }

    /// A supply.
    ///
    /// @param resource what it is part of
    /// @param unit what is counted
    /// @param capacity units in all
    /// @param granted units of all open grants
    /// @param available units that could be granted now, if nobody waited; negative where the capacity
    ///     has shrunk below what is granted
    public record SupplyView(
            String resource, String unit, long capacity, long granted, long available) {}

    /// An open grant.
    ///
    /// @param holder whose
    /// @param claim what it holds, for people
    /// @param heldNanos for how long
    public record HolderView(String holder, String claim, long heldNanos) {}

    /// What a tenant holds of one supply.
    ///
    /// @param tenant whose
    /// @param resource of what
    /// @param unit what is counted
    /// @param granted units of its open grants
    public record TenantView(String tenant, String resource, String unit, long granted) {}

    /// A request that waits.
    ///
    /// @param holder whose
    /// @param claim what it wants, for people
    /// @param waitedNanos for how long it has waited
    /// @param passed how many later ones went before it
    public record WaiterView(String holder, String claim, long waitedNanos, int passed) {}

    /// What has happened. At any quiet moment: requests = granted + impossible + noRoom + queueFull +
    /// timedOut + cancelled + closed + waiting, and granted = released + open grants.
    ///
    /// @param requests requests made
    /// @param granted requests granted
    /// @param released grants given back
    /// @param impossible requests refused for ever
    /// @param noRoom requests refused that did not want to wait
    /// @param queueFull requests refused because the queue was full
    /// @param timedOut requests that waited in vain
    /// @param cancelled requests taken back
    /// @param closed requests refused because the admission was closed
    /// @param growths grants that grew
    /// @param growthsRefused growths that were refused
    /// @param bypasses how often a waiting request was passed
    /// @param waits requests that did not get their answer at once
    /// @param waitNanos how long those waited, in all
    /// @param longestWaitNanos how long the slowest of them waited
    /// @param supplyFailures how often a supplier threw or answered less than 0
    public record Totals(
            long requests,
            long granted,
            long released,
            long impossible,
            long noRoom,
            long queueFull,
            long timedOut,
            long cancelled,
            long closed,
            long growths,
            long growthsRefused,
            long bypasses,
            long waits,
            long waitNanos,
            long longestWaitNanos,
            long supplyFailures) {}
}
