/// Who asks for what, and how often.
@NullMarked
package dev.isobar.examples.workload;

import org.jspecify.annotations.NullMarked;
