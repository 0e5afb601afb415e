/// Real text for the demo: files from a folder or a zip, cut into passages.
@NullMarked
package dev.isobar.examples.corpus;

import org.jspecify.annotations.NullMarked;
