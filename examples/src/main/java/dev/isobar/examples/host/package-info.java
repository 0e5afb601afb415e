/// The demo's host service: two caches of a small search engine under one broker.
@NullMarked
package dev.isobar.examples.host;

import org.jspecify.annotations.NullMarked;
