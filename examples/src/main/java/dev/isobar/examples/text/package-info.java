/// What the demo does with a passage: a vector of it, and a card for a list of results.
@NullMarked
package dev.isobar.examples.text;

import org.jspecify.annotations.NullMarked;
