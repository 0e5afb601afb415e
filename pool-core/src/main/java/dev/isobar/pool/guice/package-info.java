/// Wires pools with Guice.
@org.jspecify.annotations.NullMarked
package dev.isobar.pool.guice;
