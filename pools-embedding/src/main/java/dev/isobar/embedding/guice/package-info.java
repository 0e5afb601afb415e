/// The embedding pool in a Guice host.
@NullMarked
package dev.isobar.embedding.guice;

import org.jspecify.annotations.NullMarked;
