/// The Java examples of `README.md`, so that they compile and run. A test holds the two in step.
@NullMarked
package dev.isobar.examples.readme;

import org.jspecify.annotations.NullMarked;
