/// A pool of LoRA adapters, and the readers of their files.
///
/// Guice and Micrometer are needed only by who uses the adapter package of that name.
@org.jspecify.annotations.NullMarked
module dev.isobar.lora {
    exports dev.isobar.lora;
    exports dev.isobar.lora.format;
    exports dev.isobar.lora.guice;
    exports dev.isobar.lora.micrometer;

    requires transitive dev.isobar.pool;
    requires com.fasterxml.jackson.databind;
    requires jdk.jfr;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
}
