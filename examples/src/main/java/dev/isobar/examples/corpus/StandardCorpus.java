package dev.isobar.examples.corpus;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The text that is at hand where none is named: the sources of the JDK that runs us, or else
/// Isobar's own documentation.
public final class StandardCorpus {

    private StandardCorpus() {}

    /// Finds it.
    ///
    /// @throws CorpusException if there is neither
    public static TextSource find() {
        return find(Path.of(System.getProperty("java.home")), codeLocation());
    }

    /// @param javaHome where the JDK is
    /// @param code where our classes are; the documentation is in a folder above
    static TextSource find(Path javaHome, @Nullable Path code) {
        Path sources = javaHome.resolve("lib", "src.zip");
        if (Files.isReadable(sources)) {
            return new ZipText(sources);
        }
        return documentation(code)
                .map(FolderText::new)
                .orElseThrow(() ->
                        new CorpusException(
                                "no text at hand: no %s and no documentation; name a folder with"
                                                .formatted(sources)
                                        + " --corpus DIR"));
    }

    private static Optional<Path> documentation(@Nullable Path code) {
        return Stream.iterate(code, path -> path != null, path -> path.getParent())
                .filter(path -> Files.isRegularFile(path.resolve("README.md")))
                .map(path -> path.resolve("docs"))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static @Nullable Path codeLocation() {
        var source = StandardCorpus.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? null : Path.of(source.getLocation().toURI());
        } catch (URISyntaxException _) {
            return null;
        }
    }
}
