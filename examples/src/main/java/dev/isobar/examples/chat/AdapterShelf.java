package dev.isobar.examples.chat;

import dev.isobar.examples.adapter.AdapterMaker;
import dev.isobar.lora.format.AdapterFormatException;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.memory.Bytes;
import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of the adapters that conversations use: a folder of the user's, or small ones that are made
/// for one run and removed after it.
///
/// *One thread only.*
public final class AdapterShelf implements AutoCloseable {

    private static final int[] RANKS = {4, 8, 16, 32};
    private static final int LAYERS = 4;

    /// How many adapters of mean size fit at a time.
    private static final int FIT = 16;

    private static final String GGUF = ".gguf";

    private final Path folder;
    private final boolean ours;
    private final SortedMap<String, Adapter> adapters = new TreeMap<>();
    private final List<String> skipped = new ArrayList<>();

    /// An adapter that can be used.
    ///
    /// @param path its folder or file
    /// @param bytes its weights
    public record Adapter(Path path, long bytes) {}

    private AdapterShelf(Path folder, boolean ours) {
        this.folder = folder;
        this.ours = ours;
    }

    /// Makes adapters of four ranks in a temporary folder: half as many again as fit.
    ///
    /// @throws IOException if they cannot be written; then nothing is left of them
    public static AdapterShelf made(ChatPlan plan) throws IOException {
        var shelf = new AdapterShelf(Files.createTempDirectory("isobar-adapters-"), true);
        try {
            for (int number = 0; number < plan.adapters(); number++) {
                int rank = RANKS[number % RANKS.length];
                new AdapterMaker(rank, LAYERS, hidden(plan))
                        .write(shelf.folder.resolve("adapter-%02d".formatted(number)), number);
            }
            shelf.look(plan.adapterBytes());
            return shelf;
        } catch (Throwable t) {
            shelf.closeAfter(t);
            throw t;
        }
    }

    /// The adapters in a folder: GGUF files, and folders in PEFT's format. Those that are no good or too
    /// large are left out.
    ///
    /// @param limitBytes what adapters may take together
    /// @throws IOException if it is no folder, or cannot be read
    /// @throws IllegalArgumentException if none can be used
    public static AdapterShelf in(Path folder, long limitBytes) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        var shelf = new AdapterShelf(folder, false);
        shelf.look(limitBytes);
        if (shelf.adapters.isEmpty()) {
            throw new IllegalArgumentException(
                    "no adapter in %s can be used: %s"
                            .formatted(
                                    folder,
                                    shelf.skipped.isEmpty()
                                            ? "there is none"
                                            : shelf.skipped.getFirst()));
        }
        return shelf;
    }

    /// The adapters that can be used, by name.
    public SortedMap<String, Adapter> adapters() {
        return Collections.unmodifiableSortedMap(adapters);
    }

    /// Which cannot, each with the reason.
    public List<String> skipped() {
        return List.copyOf(skipped);
    }

    /// What they are, for people.
    public String description() {
        return ours
                ? adapters.size() + " adapters made for this run"
                : "%d adapters from %s".formatted(adapters.size(), folder);
    }

    /// Removes what was made. A folder of the user's stays as it is.
    @Override
    public void close() throws IOException {
        if (ours) {
            Files.walkFileTree(folder, new Remover());
        }
    }

    private void look(long limitBytes) throws IOException {
        List<Path> found;
        try (Stream<Path> entries = Files.list(folder)) {
            found = entries.filter(AdapterShelf::isAdapter).sorted().toList();
        }
        try (var sources = new FileSources()) {
            var reader = new AdapterReader(sources);
            found.forEach(path -> look(reader, path, limitBytes));
        }
    }

    private void look(AdapterReader reader, Path path, long limitBytes) {
        String name = String.valueOf(path.getFileName());
        try {
            long bytes = reader.read(path).bytes();
            if (bytes > limitBytes) {
                skipped.add(
                        "%s has %s, the LoRA pool %s"
                                .formatted(
                                        name,
                                        Bytes.approximate(bytes),
                                        Bytes.approximate(limitBytes)));
            } else {
                adapters.put(name, new Adapter(path, bytes));
            }
        } catch (AdapterFormatException e) {
            skipped.add(String.valueOf(e.getMessage()));
        }
    }

    private void closeAfter(Throwable cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// The width at which adapters have the right size: query and value projection, A and B, floats.
    private static int hidden(ChatPlan plan) {
        int rank = Arrays.stream(RANKS).sum() / RANKS.length;
        long perWidth = (long) rank * LAYERS * 4 * Float.BYTES;
        return Math.clamp(plan.adapterBytes() / FIT / perWidth, 1, 1 << 13);
    }

    private static boolean isAdapter(Path entry) {
        return Files.exists(entry.resolve(AdapterReader.CONFIG_FILE))
                || entry.toString().endsWith(GGUF);
    }

    /// Removes a folder with all that is in it.
    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}
