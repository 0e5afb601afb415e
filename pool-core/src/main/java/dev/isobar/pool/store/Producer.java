package dev.isobar.pool.store;

import java.nio.ByteBuffer;

/// Who writes: the build, the configuration and the layout of an application, as 16 bytes. A finished
/// result is taken for finished by its own producer alone; to others it is a start.
///
/// *Immutable.*
///
/// @param high the first 8 bytes
/// @param low the other 8
public record Producer(long high, long low) {

    /// Nobody in particular: what it writes is a start for everybody.
    public static final Producer NOBODY = new Producer(0, 0);

    /// The first 16 bytes of the fingerprint of whatever makes results comparable.
    public static Producer of(Fingerprint fingerprint) {
        ByteBuffer bytes = ByteBuffer.wrap(fingerprint.bytes());
        return new Producer(bytes.getLong(), bytes.getLong());
    }

    /// Whether results of another are as good as one's own.
    boolean trusts(Producer other) {
        return equals(other) && !equals(NOBODY);
    }
}
