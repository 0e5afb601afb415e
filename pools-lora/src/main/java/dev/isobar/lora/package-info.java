/// A pool of LoRA adapters: loaded from real files, exact to their rank, valued, pinned, prefetched.
@NullMarked
package dev.isobar.lora;

import org.jspecify.annotations.NullMarked;
