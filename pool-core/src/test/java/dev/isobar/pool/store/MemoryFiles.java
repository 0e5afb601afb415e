package dev.isobar.pool.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// A file system in memory that knows what of it would survive the machine's end: a file's bytes as of
/// its last force, a folder's names as of its last force, each by itself. It can stop after any step,
/// and fail any.
final class MemoryFiles implements StoreFiles {

    /// The steps that change something.
    enum Step {
        CREATE_FOLDER,
        CREATE,
        WRITE,
        FORCE,
        TRUNCATE,
        MOVE,
        DELETE,
        FORCE_FOLDER,
        LOCK
    }

    /// What a crash does with what was not forced.
    enum Loss {
        /// All of it is gone.
        ALL,
        /// All of it had reached the disk.
        NOTHING,
        /// By chance, each name and each write by itself, some writes in part.
        SOME
    }

    /// The machine has ended.
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("the machine has ended", null, false, false);
        }
    }

    private sealed interface Node {}

    private static final class Folder implements Node {
        Map<String, Node> names = new TreeMap<>();
        Map<String, Node> lasting = new TreeMap<>();
    }

    private static final class Content implements Node {
        byte[] bytes = {};
        byte[] lasting = {};
        final List<Change> changes = new ArrayList<>();
    }

    /// A write, or, without bytes, a cut.
    private static final class Change {
        final long position;
        final byte[] bytes;

        Change(long position, byte[] bytes) {
            this.position = position;
            this.bytes = bytes;
        }

        byte[] apply(byte[] to, int count) {
            int end = bytes == null ? (int) position : Math.max(to.length, (int) position + count);
            byte[] after = Arrays.copyOf(to, end);
            if (bytes != null) {
                System.arraycopy(bytes, 0, after, (int) position, count);
            }
            return after;
        }
    }

    private final Folder top;
    private final Set<Path> locks = new HashSet<>();
    private final Map<Step, Predicate<Path>> failing = new EnumMap<>(Step.class);
    private final Map<Step, Predicate<Path>> lying = new EnumMap<>(Step.class);
    private final List<String> journal = new ArrayList<>();
    private String failure = "Input/output error";
    private int steps;
    private int crashAt = Integer.MAX_VALUE;
    private boolean ended;
    private long capacity = Long.MAX_VALUE;
    private long mostBytes;

    MemoryFiles() {
        this(new Folder());
    }

    private MemoryFiles(Folder top) {
        this.top = top;
    }

    /// Ends the machine before the step with that number, counted from now; if that is a write, in the
    /// middle of it.
    synchronized void crashAt(int step) {
        crashAt = step == Integer.MAX_VALUE ? step : steps + step;
    }

    synchronized int steps() {
        return steps;
    }

    synchronized List<String> journal() {
        return List.copyOf(journal);
    }

    /// From now on a step fails wherever the predicate says so.
    synchronized void fail(Step step, String words, Predicate<Path> where) {
        failure = words;
        failing.put(step, where);
    }

    /// From now on a force of what the predicate accepts does nothing, and says that it did.
    synchronized void lie(Step step, Predicate<Path> where) {
        lying.put(step, where);
    }

    private boolean lies(Step step, Path path) {
        Predicate<Path> where = lying.get(step);
        return where != null && where.test(path);
    }

    synchronized void fail(Step step, String words) {
        fail(step, words, _ -> true);
    }

    synchronized void readOnly() {
        for (Step step : Step.values()) {
            fail(step, "Read-only file system");
        }
    }

    synchronized void heal() {
        failing.clear();
        capacity = Long.MAX_VALUE;
    }

    /// The disk holds no more than that.
    synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /// The file system after the machine has come up again.
    synchronized MemoryFiles afterCrash(Loss loss, long seed) {
        return new MemoryFiles(survivor(top, loss, new Random(seed)));
    }

    private static Folder survivor(Folder folder, Loss loss, Random random) {
        Folder after = new Folder();
        Set<String> all = new TreeSet<>(folder.names.keySet());
        all.addAll(folder.lasting.keySet());
        for (String name : all) {
            Node now = folder.names.get(name);
            Node before = folder.lasting.get(name);
            Node kept = kept(loss, random) ? now : before;
            if (kept instanceof Folder inner) {
                after.names.put(name, survivor(inner, loss, random));
            } else if (kept instanceof Content content) {
                after.names.put(name, survivor(content, loss, random));
            }
        }
        after.lasting = new TreeMap<>(after.names);
        return after;
    }

    private static Content survivor(Content content, Loss loss, Random random) {
        Content after = new Content();
        after.bytes = content.lasting;
        for (Change change : content.changes) {
            int length = change.bytes == null ? 0 : change.bytes.length;
            if (kept(loss, random)) {
                boolean partly = loss == Loss.SOME && random.nextInt(4) == 0;
                int count = partly ? random.nextInt(length + 1) : length;
                after.bytes = change.apply(after.bytes, count);
            }
        }
        after.lasting = after.bytes;
        return after;
    }

    private static boolean kept(Loss loss, Random random) {
        return switch (loss) {
            case ALL -> false;
            case NOTHING -> true;
            case SOME -> random.nextBoolean();
        };
    }

    /// All bytes below a folder.
    synchronized long bytesBelow(Path folder) {
        return node(folder) instanceof Folder found ? bytes(found) : 0;
    }

    /// The most bytes there ever were in all files.
    synchronized long mostBytes() {
        return mostBytes;
    }

    private static long bytes(Folder folder) {
        long total = 0;
        for (Node node : folder.names.values()) {
            total +=
                    switch (node) {
                        case Folder inner -> bytes(inner);
                        case Content content -> content.bytes.length;
                    };
        }
        return total;
    }

    /// The files below a folder, as paths.
    synchronized List<Path> filesBelow(Path folder) {
        List<Path> found = new ArrayList<>();
        if (node(folder) instanceof Folder inner) {
            inner.names.forEach((name, node) -> {
                if (node instanceof Folder) {
                    found.addAll(filesBelow(folder.resolve(name)));
                } else {
                    found.add(folder.resolve(name));
                }
            });
        }
        return found;
    }

    synchronized byte[] content(Path file) {
        return ((Content) node(file)).bytes.clone();
    }

    /// Changes a file behind everybody's back, durably.
    synchronized void overwrite(Path file, byte[] bytes) {
        Content content = (Content) node(file);
        content.bytes = bytes.clone();
        content.lasting = content.bytes;
        content.changes.clear();
    }

    private void step(Step step, Path path) throws IOException {
        if (ended) {
            throw new Crash();
        }
        steps++;
        journal.add(step + " " + path);
        if (steps >= crashAt) {
            ended = true;
            throw new Crash();
        }
        Predicate<Path> fails = failing.get(step);
        if (fails != null && fails.test(path)) {
            throw new IOException(failure);
        }
    }

    private Node node(Path path) {
        Node node = top;
        for (Path name : path) {
            node = node instanceof Folder folder ? folder.names.get(name.toString()) : null;
        }
        return node;
    }

    private Folder parent(Path path) throws NoSuchFileException {
        Node node = path.getParent().getNameCount() == 0 ? top : node(path.getParent());
        if (node instanceof Folder folder) {
            return folder;
        }
        throw new NoSuchFileException(path.toString());
    }

    @Override
    public synchronized boolean exists(Path path) {
        return node(path) != null;
    }

    @Override
    public synchronized void createFolder(Path folder) throws IOException {
        step(Step.CREATE_FOLDER, folder);
        parent(folder).names.computeIfAbsent(folder.getFileName().toString(), _ -> new Folder());
    }

    @Override
    public synchronized List<String> names(Path folder) {
        return node(folder) instanceof Folder found ? List.copyOf(found.names.keySet()) : List.of();
    }

    @Override
    public synchronized boolean isFolder(Path path) {
        return path.getNameCount() == 0 || node(path) instanceof Folder;
    }

    @Override
    public synchronized OpenFile create(Path file) throws IOException {
        step(Step.CREATE, file);
        Content content = new Content();
        if (parent(file).names.putIfAbsent(file.getFileName().toString(), content) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return new Handle(file, content);
    }

    @Override
    public synchronized OpenFile open(Path file) throws IOException {
        if (ended) {
            throw new Crash();
        }
        if (node(file) instanceof Content content) {
            return new Handle(file, content);
        }
        throw new NoSuchFileException(file.toString());
    }

    @Override
    public OpenFile openForWriting(Path file) throws IOException {
        return open(file);
    }

    @Override
    public synchronized void moveAtomically(Path from, Path to) throws IOException {
        step(Step.MOVE, to);
        Folder target = parent(to);
        Node moved = parent(from).names.remove(from.getFileName().toString());
        if (moved == null) {
            throw new NoSuchFileException(from.toString());
        }
        target.names.put(to.getFileName().toString(), moved);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        step(Step.DELETE, path);
        if (exists(path)) {
            parent(path).names.remove(path.getFileName().toString());
        }
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        step(Step.FORCE_FOLDER, folder);
        Node node = folder.getNameCount() == 0 ? top : node(folder);
        if (!(node instanceof Folder found)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!lies(Step.FORCE_FOLDER, folder)) {
            found.lasting = new TreeMap<>(found.names);
        }
    }

    @Override
    public synchronized AutoCloseable lock(Path file) throws IOException {
        step(Step.LOCK, file);
        if (!locks.add(file)) {
            throw new LockedException("another store");
        }
        parent(file).names.computeIfAbsent(file.getFileName().toString(), _ -> new Content());
        return () -> unlock(file);
    }

    private synchronized void unlock(Path file) {
        locks.remove(file);
    }

    @Override
    public synchronized long usableBytes(Path folder) {
        return capacity - bytes(top);
    }

    private final class Handle implements OpenFile {
        private final Path path;
        private final Content content;
        private boolean closed;

        Handle(Path path, Content content) {
            this.path = path;
            this.content = content;
        }

        @Override
        public long bytes() throws IOException {
            synchronized (MemoryFiles.this) {
                requireOpen();
                return content.bytes.length;
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (MemoryFiles.this) {
                requireOpen();
                int count = (int) Math.clamp(content.bytes.length - position, 0L, into.remaining());
                if (count > 0) {
                    into.put(content.bytes, (int) position, count);
                }
                return count;
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            synchronized (MemoryFiles.this) {
                requireOpen();
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                while (bytes.hasRemaining()) {
                    out.write(bytes.get());
                }
                byte[] data = out.toByteArray();
                boolean whole = false;
                try {
                    step(Step.WRITE, path);
                    whole = true;
                } finally {
                    long room = capacity - bytesOfAll() + content.bytes.length - position;
                    int count = whole ? data.length : data.length / 2;
                    change(new Change(position, Arrays.copyOf(data, Math.clamp(room, 0, count))));
                    mostBytes = Math.max(mostBytes, bytesOfAll());
                }
                if (content.bytes.length < position + data.length) {
                    throw new IOException("No space left on device");
                }
            }
        }

        private long bytesOfAll() {
            return MemoryFiles.bytes(top);
        }

        @Override
        public void force() throws IOException {
            synchronized (MemoryFiles.this) {
                requireOpen();
                step(Step.FORCE, path);
                if (!lies(Step.FORCE, path)) {
                    content.lasting = content.bytes;
                    content.changes.clear();
                }
            }
        }

        @Override
        public void truncate(long toBytes) throws IOException {
            synchronized (MemoryFiles.this) {
                requireOpen();
                step(Step.TRUNCATE, path);
                change(new Change(toBytes, null));
            }
        }

        private void change(Change change) {
            content.bytes =
                    change.apply(content.bytes, change.bytes == null ? 0 : change.bytes.length);
            content.changes.add(change);
        }

        @Override
        public void close() {
            synchronized (MemoryFiles.this) {
                closed = true;
            }
        }

        private void requireOpen() throws IOException {
            if (closed) {
                throw new java.nio.channels.ClosedChannelException();
            }
        }
    }
}
