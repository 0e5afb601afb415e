/// The LoRA pool's meters.
@NullMarked
package dev.isobar.lora.micrometer;

import org.jspecify.annotations.NullMarked;
