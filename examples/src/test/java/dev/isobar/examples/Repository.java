package dev.isobar.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/// Where the checked-out repository is, seen from a test.
final class Repository {
    private Repository() {}

    /// The first folder, from the working directory upward, that holds the modules.
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.iterate(here, Objects::nonNull, Path::getParent)
                .filter(folder -> Files.exists(folder.resolve("pool-core/pom.xml")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not in the repository: " + here));
    }
}
