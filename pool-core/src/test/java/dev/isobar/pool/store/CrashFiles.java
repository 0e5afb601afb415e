package dev.isobar.pool.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A file system in memory that can fail at any step, or lose power: then what was not forced is there,
/// or not, or in part, as chance has it.
///
/// *One thread.*
final class CrashFiles implements StoreFiles {

    /// The power is gone: nothing works any more.
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final class Node {
        byte[] bytes = {};
        byte[] forced = {};
    }

    private static final class Folder {
        final Map<String, Object> names = new TreeMap<>();
        final Map<String, Object> forced = new TreeMap<>();
    }

    private final Map<Path, Folder> folders = new HashMap<>();
    private long steps;
    private long stopAt = Long.MAX_VALUE;
    private long failAt = Long.MAX_VALUE;
    private String failure = "";
    private long room = Long.MAX_VALUE;

    CrashFiles(Path root) {
        folders.put(root, new Folder());
    }

    private CrashFiles() {}

    /// How many steps were made.
    long steps() {
        return steps;
    }

    /// Lets the power fail before this step.
    void stopAt(long step) {
        stopAt = step;
    }

    /// Lets one step fail.
    void failAt(long step, String why) {
        failAt = step;
        failure = why;
    }

    /// How many bytes files may have in all.
    void room(long bytes) {
        room = bytes;
    }

    /// What all files take.
    long bytes() {
        return folders.values().stream()
                .flatMap(each -> each.names.values().stream())
                .mapToLong(each -> each instanceof Node node ? node.bytes.length : 0)
                .sum();
    }

    /// The bytes of a file, to look at or to spoil.
    byte[] content(Path file) {
        return node(file).bytes;
    }

    /// Puts other bytes into a file, durably.
    void content(Path file, byte[] bytes) {
        node(file).bytes = bytes;
        node(file).forced = bytes;
    }

    /// What is there after the power came back.
    CrashFiles afterPowerCut(RandomGenerator chance) {
        CrashFiles after = new CrashFiles();
        Map<Node, Node> survivors = new HashMap<>();
        folders.forEach((path, folder) -> {
            Folder left = new Folder();
            boolean named = chance.nextBoolean();
            Map<String, Object> names = named ? folder.names : folder.forced;
            names.forEach((name, what) ->
                    left.names.put(
                            name,
                            what instanceof Node node
                                    ? survivors.computeIfAbsent(
                                            node, each -> survivor(each, chance))
                                    : what));
            left.forced.putAll(left.names);
            after.folders.put(path, left);
        });
        return after;
    }

    /// Every page has its last forced bytes, or its latest ones; the length is one of the two.
    private static Node survivor(Node node, RandomGenerator chance) {
        int pageBytes = 512;
        int shorter = Math.min(node.forced.length, node.bytes.length);
        int longer = Math.max(node.forced.length, node.bytes.length);
        int length = chance.nextBoolean() ? node.bytes.length : chance.nextInt(shorter, longer + 1);
        byte[] bytes = Arrays.copyOf(node.forced, length);
        for (int at = 0; at < length; at += pageBytes) {
            int to = Math.min(at + pageBytes, Math.min(length, node.bytes.length));
            if (chance.nextBoolean() && at < to) {
                System.arraycopy(node.bytes, at, bytes, at, to - at);
            }
        }
        Node survivor = new Node();
        survivor.bytes = bytes;
        survivor.forced = bytes.clone();
        return survivor;
    }

    private void step() throws IOException {
        steps++;
        if (steps >= stopAt) {
            throw new PowerCut();
        }
        if (steps == failAt) {
            throw new IOException(failure);
        }
    }

    private Folder parent(Path path) throws IOException {
        Folder folder = folders.get(path.getParent());
        if (folder == null) {
            throw new FileNotFoundException("no folder " + path.getParent());
        }
        return folder;
    }

    private Node node(Path file) {
        return (Node) folders.get(file.getParent()).names.get(file.getFileName().toString());
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    @Override
    public boolean exists(Path path) {
        Folder parent = folders.get(path.getParent());
        return folders.containsKey(path)
                || (parent != null && parent.names.containsKey(name(path)));
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        if (!isFolder(folder)) {
            step();
            parent(folder).names.put(name(folder), "folder");
            folders.put(folder, new Folder());
        }
    }

    @Override
    public List<String> names(Path folder) {
        Folder found = isFolder(folder) ? folders.get(folder) : null;
        return found == null ? List.of() : List.copyOf(found.names.keySet());
    }

    @Override
    public boolean isFolder(Path path) {
        Folder parent = folders.get(path.getParent());
        return folders.containsKey(path)
                && (parent == null || parent.names.containsKey(name(path)));
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        step();
        if (exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Node node = new Node();
        parent(file).names.put(name(file), node);
        return new Handle(node);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return openForWriting(file);
    }

    @Override
    public OpenFile openForWriting(Path file) throws IOException {
        if (!exists(file)) {
            throw new FileNotFoundException(file.toString());
        }
        return new Handle(node(file));
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        step();
        parent(to).names.put(name(to), node(from));
        parent(from).names.remove(name(from));
    }

    @Override
    public void delete(Path path) throws IOException {
        step();
        parent(path).names.remove(name(path));
        folders.remove(path);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        step();
        Folder forced = folders.get(folder);
        forced.forced.clear();
        forced.forced.putAll(forced.names);
    }

    @Override
    public AutoCloseable lock(Path file) {
        return () -> {};
    }

    @Override
    public long usableBytes(Path folder) {
        return Math.max(0, room - bytes());
    }

    private final class Handle implements OpenFile {

        private @Nullable Node node;

        Handle(Node node) {
            this.node = node;
        }

        private Node open() throws IOException {
            if (node == null) {
                throw new java.nio.channels.ClosedChannelException();
            }
            return node;
        }

        @Override
        public long bytes() throws IOException {
            return open().bytes.length;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            byte[] bytes = open().bytes;
            int count = (int) Math.min(into.remaining(), Math.max(0, bytes.length - position));
            into.put(bytes, (int) Math.min(position, bytes.length), count);
            return count;
        }

        /// A full disk takes what fits before it fails.
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            step();
            Node file = open();
            int end = (int) position + bytes.remaining();
            long over = CrashFiles.this.bytes() + Math.max(0, end - file.bytes.length) - room;
            int fitting = (int) Math.max(0, Math.min(bytes.remaining(), bytes.remaining() - over));
            int length = Math.max(file.bytes.length, (int) position + fitting);
            file.bytes = Arrays.copyOf(file.bytes, length);
            bytes.get(file.bytes, (int) position, fitting);
            if (over > 0) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            step();
            open().forced = open().bytes.clone();
        }

        @Override
        public void truncate(long toBytes) throws IOException {
            step();
            if (open().bytes.length > toBytes) {
                open().bytes = Arrays.copyOf(open().bytes, (int) toBytes);
            }
        }

        @Override
        public void close() {
            node = null;
        }
    }
}
