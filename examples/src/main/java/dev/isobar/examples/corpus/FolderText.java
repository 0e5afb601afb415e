package dev.isobar.examples.corpus;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/// The files of a folder and of the folders in it, by name. Hidden folders and links to folders are
/// left out.
///
/// *Immutable.*
///
/// @param folder where to start
public record FolderText(Path folder) implements TextSource {

    public FolderText {
        Objects.requireNonNull(folder, "folder");
    }

    @Override
    public String description() {
        return folder.toString();
    }

    @Override
    public void visit(Predicate<Found> visitor) {
        if (!Files.exists(folder)) {
            throw new CorpusException("corpus folder does not exist: " + folder);
        }
        if (!Files.isDirectory(folder)) {
            throw new CorpusException("corpus is not a folder: " + folder);
        }
        List<Path> children;
        try {
            children = children(folder);
        } catch (IOException e) {
            throw new CorpusException("corpus folder cannot be read: " + folder, e);
        }
        visitAll(children, visitor);
    }

    private boolean visitAll(List<Path> paths, Predicate<Found> visitor) {
        for (Path path : paths) {
            boolean wantsMore =
                    Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                            ? visitFolder(path, visitor)
                            : visitor.test(read(path));
            if (!wantsMore) {
                return false;
            }
        }
        return true;
    }

    private boolean visitFolder(Path path, Predicate<Found> visitor) {
        if (path.getFileName().toString().startsWith(".")) {
            return true;
        }
        try {
            return visitAll(children(path), visitor);
        } catch (IOException _) {
            return visitor.test(new Found.Skipped(name(path), "folder cannot be read"));
        }
    }

    private Found read(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            return new Found.Skipped(name(path), "not a regular file");
        }
        try (var in = Files.newInputStream(path)) {
            return TextDecoder.decode(name(path), in);
        } catch (IOException _) {
            return new Found.Skipped(name(path), "cannot be read");
        }
    }

    private String name(Path path) {
        return folder.relativize(path).toString();
    }

    private static List<Path> children(Path folder) throws IOException {
        var children = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(children);
        return children;
    }
}
