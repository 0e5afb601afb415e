package dev.isobar.broker;

/// A gauge of a resource that knows more than the sources do: the heap after a collection, the
/// memory of the container. It raises the pressure of its resource above what the sources know.
///
/// *Safe for several threads.* [HostSignals] has ready-made ones. A signal that throws, hangs or
/// reports NaN or less than 0 is set aside for a while, and counts nothing meanwhile.
public interface PressureSignal {

    /// The unique, stable name of this signal; not blank.
    String name();

    /// The resource that is gauged. Does not change.
    Resource resource();

    /// How full the resource is now: at least 0, may exceed 1. Cheap; at most one small file is read.
    double pressure();

    /// The size of the resource in bytes; 0 if unknown. With it the broker knows how many bytes are
    /// too many; without it, it reckons with the capacities of the resource's sources.
    default long capacityBytes() {
        return 0;
    }
}
