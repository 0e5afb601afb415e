/// The LoRA pool in a Guice host.
@NullMarked
package dev.isobar.lora.guice;

import org.jspecify.annotations.NullMarked;
