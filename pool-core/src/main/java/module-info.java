/// Entries: the paged pool, its leases, priorities and tiers.
@org.jspecify.annotations.NullMarked
module dev.isobar.pool {
    exports dev.isobar.pool;
    exports dev.isobar.pool.guice;
    exports dev.isobar.pool.micrometer;
    exports dev.isobar.pool.store;

    requires transitive dev.isobar.broker;
    requires transitive dev.isobar.memory;
    requires jdk.jfr;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
}
