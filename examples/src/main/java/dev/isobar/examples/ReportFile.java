package dev.isobar.examples;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that is there as a whole or not at all: written beside its place, then moved there.
/// Opening it proves that the place can be written, before any work is done.
///
/// *One thread only.*
final class ReportFile implements AutoCloseable {

    private final Path target;
    private final Path draft;

    private ReportFile(Path target, Path draft) {
        this.target = target;
        this.draft = draft;
    }

    /// Opens a draft beside `target`.
    ///
    /// @throws ReportException if `target` is a folder, or its folder is missing or cannot be written
    static ReportFile open(Path target) {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        try {
            if (folder == null || Files.isDirectory(absolute)) {
                throw new FileSystemException(target.toString(), null, "it is a folder");
            }
            if (!Files.isDirectory(folder)) {
                throw new FileSystemException(target.toString(), null, "no such folder: " + folder);
            }
            String name =
                    "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp";
            Path draft = Files.createFile(folder.resolve(name));
            draft.toFile().deleteOnExit();
            return new ReportFile(absolute, draft);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /// Writes a text and puts the file in its place.
    ///
    /// @throws ReportException if that fails; then nothing has changed
    void write(String text) {
        try {
            Files.writeString(draft, text);
            Files.move(
                    draft,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /// Removes the draft, if it was not put in its place.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            throw failure(draft, e);
        }
    }

    private static ReportException failure(Path target, IOException e) {
        String reason =
                e instanceof FileSystemException f && f.getReason() != null
                        ? f.getReason()
                        : e.getClass().getSimpleName();
        return new ReportException("report cannot be written: " + target + " (" + reason + ")", e);
    }
}
