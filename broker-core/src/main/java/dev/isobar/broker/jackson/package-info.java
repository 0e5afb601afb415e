/// Writes the broker's records as JSON with Jackson.
@org.jspecify.annotations.NullMarked
package dev.isobar.broker.jackson;
