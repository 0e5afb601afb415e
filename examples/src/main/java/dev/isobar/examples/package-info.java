/// The host service that uses every module, and the `isobar` command.
@NullMarked
package dev.isobar.examples;

import org.jspecify.annotations.NullMarked;
