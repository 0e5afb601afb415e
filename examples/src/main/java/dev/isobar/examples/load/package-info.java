/// What `isobar load` does: a file into a memory space, with a progress bar and a report.
package dev.isobar.examples.load;
