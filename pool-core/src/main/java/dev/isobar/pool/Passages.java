package dev.isobar.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// Values on their way from one tier to another. A key that is invalidated meanwhile revokes them: what
/// arrives then is not wanted any more.
///
/// *Safe for several threads.* There are as many as threads that move something, so all are looked at.
final class Passages<K> {

    private final Set<Passage> open = ConcurrentHashMap.newKeySet();

    /// A value sets out. To be closed when it has arrived.
    Passage begin(K key) {
        Passage passage = new Passage(key);
        open.add(passage);
        return passage;
    }

    /// Whatever is on its way under a key is not wanted any more.
    void revoke(K key) {
        for (Passage each : open) {
            if (each.key.equals(key)) {
                each.revoked = true;
            }
        }
    }

    /// One value on its way; true as long as it is wanted.
    final class Passage implements BooleanSupplier, AutoCloseable {

        private final K key;
        private volatile boolean revoked;

        private Passage(K key) {
            this.key = key;
        }

        @Override
        public boolean getAsBoolean() {
            return !revoked;
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }
}
