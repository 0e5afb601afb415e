/// The embedding pool's meters.
@NullMarked
package dev.isobar.embedding.micrometer;

import org.jspecify.annotations.NullMarked;
