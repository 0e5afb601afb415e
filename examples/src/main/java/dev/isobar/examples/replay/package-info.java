/// Replays traces of requests against eviction policies, and says how much of their value was kept.
@NullMarked
package dev.isobar.examples.replay;

import org.jspecify.annotations.NullMarked;
