/// Pressure: sources, tiers, policies and admission.
@org.jspecify.annotations.NullMarked
module dev.isobar.broker {
    exports dev.isobar.broker;

    requires jdk.jfr;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
    requires static com.github.benmanes.caffeine;
}
