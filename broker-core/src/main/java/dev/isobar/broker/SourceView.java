package dev.isobar.broker;

/// One source in a [BrokerSnapshot].
///
/// *Immutable.*
///
/// @param name its name
/// @param resource what its bytes are made of
/// @param tier the tier of its own pressure
/// @param pressure used / capacity; 0 if it is unmanaged
/// @param usedBytes bytes charged to it
/// @param capacityBytes its limit; 0 = unmanaged
/// @param pinnedBytes bytes that it cannot give back now
/// @param reclaimableBytes its own estimate of what it could give back
/// @param inFlightBytes what it has promised and not yet delivered
/// @param deliveryScore which share of what it was asked for it has given lately, 0 to 1
/// @param asks how often it was asked
/// @param askNanos how long that took in all
/// @param bytesFreed what it has given back in all, late deliveries included
/// @param quarantined whether it is set aside; then the usage is what it last said
public record SourceView(
        String name,
        Resource resource,
        PressureTier tier,
        double pressure,
        long usedBytes,
        long capacityBytes,
        long pinnedBytes,
        long reclaimableBytes,
        long inFlightBytes,
        double deliveryScore,
        long asks,
        long askNanos,
        long bytesFreed,
        boolean quarantined) {}
