/// Files into memory spaces: mapped, read, staged or past the page cache; which tensors are
/// resident; models larger than memory.
///
/// Begin with [FileSources], which knows the files, and [FileLoader], which moves their bytes.
@NullMarked
package dev.isobar.memory.load;

import org.jspecify.annotations.NullMarked;
