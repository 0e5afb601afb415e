/// Bytes: segments, spaces, pages and files.
@NullMarked
package dev.isobar.memory;

import org.jspecify.annotations.NullMarked;
