/// The KV-cache blocks of an inference engine: paged, shared by prefix, evicted from the leaves.
///
/// Guice and Micrometer are needed only by who uses the adapter package of that name.
@org.jspecify.annotations.NullMarked
module dev.isobar.kv {
    exports dev.isobar.kv;
    exports dev.isobar.kv.guice;
    exports dev.isobar.kv.micrometer;

    requires transitive dev.isobar.pool;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
}
