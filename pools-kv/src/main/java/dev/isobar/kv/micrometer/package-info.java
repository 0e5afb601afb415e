/// The KV pool's meters.
@NullMarked
package dev.isobar.kv.micrometer;

import org.jspecify.annotations.NullMarked;
