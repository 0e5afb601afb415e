/// A pool of embedding vectors.
@NullMarked
package dev.isobar.embedding;

import org.jspecify.annotations.NullMarked;
