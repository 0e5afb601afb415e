/// The KV-cache blocks of an inference engine: paged, shared by prefix, evicted from the leaves.
@org.jspecify.annotations.NullMarked
module dev.isobar.kv {
    exports dev.isobar.kv;

    requires transitive dev.isobar.broker;
    requires transitive dev.isobar.memory;
    requires static org.jspecify;
}
