/// The embedding pool in front of any Spring AI model.
@NullMarked
package dev.isobar.embedding.springai;

import org.jspecify.annotations.NullMarked;
