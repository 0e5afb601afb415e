package dev.isobar.embedding;

/// Tells those who wait for a vector that it is here, but found no room in the pool: one call of the
/// model serves them all the same.
final class NoRoomException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient float[] vector;

    NoRoomException(float[] vector) {
        super("no room to cache the vector", null, false, false);
        this.vector = vector.clone();
    }

    float[] vector() {
        return vector.clone();
    }
}
