/// Pressure: sources, tiers, policies and admission.
///
/// Guice, Micrometer, Caffeine and Jackson are needed only by who uses the adapter package of that name.
@org.jspecify.annotations.NullMarked
module dev.isobar.broker {
    exports dev.isobar.broker;
    exports dev.isobar.broker.admission;
    exports dev.isobar.broker.caffeine;
    exports dev.isobar.broker.guice;
    exports dev.isobar.broker.jackson;
    exports dev.isobar.broker.micrometer;

    requires java.management;
    requires jdk.jfr;
    requires jdk.management;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
    requires static com.fasterxml.jackson.databind;
    requires static com.github.benmanes.caffeine;
}
