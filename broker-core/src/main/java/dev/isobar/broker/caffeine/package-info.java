/// Puts a Caffeine cache that is already there under the broker.
package dev.isobar.broker.caffeine;
