/// Entries: the paged pool, its leases, priorities and tiers.
@NullMarked
package dev.isobar.pool;

import org.jspecify.annotations.NullMarked;
