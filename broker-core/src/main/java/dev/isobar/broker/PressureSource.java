package dev.isobar.broker;

/// Something that holds bytes of one resource and can be asked to give some back. A pool is one by
/// itself.
///
/// *Safe for several threads:* the broker calls from its own threads, with no lock held. A source
/// that throws, hangs or reports nonsense is set aside for a while; it stops neither the broker nor
/// another source.
public interface PressureSource {

    /// The unique, stable name under which the broker knows this source; not blank.
    String name();

    /// The resource whose bytes this source holds. Does not change.
    Resource resource();

    /// What the source holds now. Cheap: no locks, no I/O, no walk over entries.
    Usage usage();

    /// Gives bytes back, the least valuable first. Returns before the request's deadline, with what
    /// was achieved until then. Bytes that will be free later are reported as pending, and announced
    /// with [ReclaimRequest#delivered(long)] when they are.
    ///
    /// @return what was freed, what will be, and how it went; never more freed than was really freed
    ReclaimResult reclaim(ReclaimRequest request);

    /// Whether this source is gone for good: the broker drops it at its next look. A closed pool
    /// says true.
    default boolean closed() {
        return false;
    }
}
