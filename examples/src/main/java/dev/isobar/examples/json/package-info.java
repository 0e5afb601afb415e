/// JSON for what commands print.
@NullMarked
package dev.isobar.examples.json;

import org.jspecify.annotations.NullMarked;
