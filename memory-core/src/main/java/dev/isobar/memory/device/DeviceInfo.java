package dev.isobar.memory.device;

import java.util.OptionalLong;

/// What a driver says about one of its devices.
///
/// @param index the device's place in the driver's order, from 0
/// @param name the device's own name
/// @param capacityBytes all its memory
/// @param freeBytes what is free, if the driver says so
/// @param largestBytes the most that one allocation may have
public record DeviceInfo(
        int index, String name, long capacityBytes, OptionalLong freeBytes, long largestBytes) {}
