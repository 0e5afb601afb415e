/// What the demo shows: the live table, and plain lines where there is no terminal.
@NullMarked
package dev.isobar.examples.view;

import org.jspecify.annotations.NullMarked;
