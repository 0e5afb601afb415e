/// The KV pool in a Guice host.
@NullMarked
package dev.isobar.kv.guice;

import org.jspecify.annotations.NullMarked;
