/// The agent tool loop: a workload that puts a KV pool under pressure.
@NullMarked
package dev.isobar.examples.kv;

import org.jspecify.annotations.NullMarked;
