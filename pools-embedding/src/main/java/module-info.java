/// A pool of embedding vectors.
@org.jspecify.annotations.NullMarked
module dev.isobar.embedding {
    requires transitive dev.isobar.pool;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
}
