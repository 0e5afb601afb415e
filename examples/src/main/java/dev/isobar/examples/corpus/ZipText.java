package dev.isobar.examples.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The files in a zip file, in the order in which they lie there.
///
/// *Immutable.*
///
/// @param zip the zip file
public record ZipText(Path zip) implements TextSource {

    public ZipText {
        Objects.requireNonNull(zip, "zip");
    }

    @Override
    public String description() {
        return zip.toString();
    }

    @Override
    public void visit(Predicate<Found> visitor) {
        try (var file = new ZipFile(zip.toFile())) {
            Iterator<? extends ZipEntry> entries = file.entries().asIterator();
            boolean wantsMore = true;
            while (wantsMore && entries.hasNext()) {
                ZipEntry entry = entries.next();
                wantsMore = entry.isDirectory() || visitor.test(read(file, entry));
            }
        } catch (IOException e) {
            throw new CorpusException("corpus cannot be read: " + zip, e);
        }
    }

    private static Found read(ZipFile file, ZipEntry entry) {
        try (var in = file.getInputStream(entry)) {
            return TextDecoder.decode(entry.getName(), in);
        } catch (IOException _) {
            return new Found.Skipped(entry.getName(), "cannot be read");
        }
    }
}
