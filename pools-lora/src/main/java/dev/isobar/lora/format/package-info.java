/// Readers of adapter files: PEFT folders with safetensors, and GGUF.
@NullMarked
package dev.isobar.lora.format;

import org.jspecify.annotations.NullMarked;
