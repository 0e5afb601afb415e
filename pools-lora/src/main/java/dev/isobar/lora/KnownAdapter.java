package dev.isobar.lora;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.memory.load.FileSource;

/// An adapter that was registered, loaded or not.
///
/// *Safe for several threads.*
final class KnownAdapter {

    final String name;
    final String domain;
    final AdapterDescription description;
    final FileSource source;
    volatile double priority;

    KnownAdapter(
            String name,
            String domain,
            AdapterDescription description,
            FileSource source,
            double priority) {
        this.name = name;
        this.domain = domain;
        this.description = description;
        this.source = source;
        this.priority = priority;
    }
}
