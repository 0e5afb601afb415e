/// `isobar adapter`: looks into LoRA adapters, and makes small ones.
@NullMarked
package dev.isobar.examples.adapter;

import org.jspecify.annotations.NullMarked;
