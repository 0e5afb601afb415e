/// Publishes pools as Micrometer meters.
@org.jspecify.annotations.NullMarked
package dev.isobar.pool.micrometer;
