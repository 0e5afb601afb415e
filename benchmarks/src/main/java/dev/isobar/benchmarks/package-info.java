/// JMH suites, with peers side by side in one run.
@NullMarked
package dev.isobar.benchmarks;

import org.jspecify.annotations.NullMarked;
