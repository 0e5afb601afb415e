package dev.isobar.broker;

/// The fact that a source is registered at a broker.
///
/// *Safe for several threads.* It belongs to this one source: closing it never removes another one
/// that has taken its name since.
public interface Registration extends AutoCloseable {

    /// The name under which the source is registered.
    String name();

    /// Ends the registration. Later calls do nothing.
    @Override
    void close();
}
