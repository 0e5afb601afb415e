package dev.isobar.memory.load;

import dev.isobar.memory.HostSpace;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process of its own that runs a model through a window and says how large it became. Every 8-byte
/// word of the model at a multiple of a page is the number of that page.
final class WindowProcess {

    private static final int PAGE = 4096;
    private static final long CHUNK = 1 << 20;

    private WindowProcess() {}

    /// Arguments: the file, the budget, the bytes of a layer. Prints how much the process grew.
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        long budget = Long.parseLong(args[1]);
        long layerBytes = Long.parseLong(args[2]);
        run(file, 2 * layerBytes, layerBytes, 3); // everything is loaded and warm
        long before = status("VmRSS:");
        Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak is counted anew
        long checked = run(file, budget, layerBytes, Integer.MAX_VALUE);
        long peak = status("VmHWM:");
        System.out.println("checked=" + checked + " grown=" + (peak - before));
    }

    private static long run(Path file, long budget, long layerBytes, int most) throws Exception {
        long checked = 0;
        int slots = (int) (budget / layerBytes);
        try (FileSources sources = new FileSources();
                FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 4 * CHUNK));
                HostSpace space = HostSpace.of("window", budget);
                StreamingWindow window = new StreamingWindow(loader, space)) {
            FileSource source = sources.register(file);
            List<List<Extent>> model = new ArrayList<>();
            for (long at = 0; at < source.bytes(); at += layerBytes) {
                model.add(List.of(source.extent(at, layerBytes)));
            }
            WindowConfig config = WindowConfig.of(budget, slots, slots - 1);
            window.bind(
                    model, config.withPolicy(config.policy().withChunkBytes(CHUNK).withDepth(2)));
            for (int layer = 0; layer < model.size() && layer < most; layer++) {
                try (WindowLayer view = window.acquireNow(layer)) {
                    MemorySegment bytes = space.view(view.block());
                    for (long at = 0; at < layerBytes; at += PAGE) {
                        long page = (layer * layerBytes + at) / PAGE;
                        if (bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != page) {
                            throw new IllegalStateException("wrong bytes in page " + page);
                        }
                        checked++;
                    }
                }
            }
        }
        return checked;
    }

    private static long status(String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no " + field);
    }
}
