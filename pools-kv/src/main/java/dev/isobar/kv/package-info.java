/// The KV-cache memory of an inference engine: blocks of tokens, shared by prefix.
@NullMarked
package dev.isobar.kv;

import org.jspecify.annotations.NullMarked;
