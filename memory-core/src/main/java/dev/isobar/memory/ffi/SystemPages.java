package dev.isobar.memory.ffi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The system's calls about memory pages: they need native access, and are
/// loaded only when one of them is wanted.
///
/// Linux. Elsewhere [#available()] says no, and nothing is loaded. Calls answer with an empty text,
/// or with the call and the error, because a refused wish is an ordinary answer.
///
/// *Safe for several threads.*
public final class SystemPages {

    public static final long HUGE_PAGE_BYTES = 1L << 21;

    /// `madvise`: they will be read from front to back.
    public static final int SEQUENTIAL = 2;

    /// `madvise`: they will be read soon.
    public static final int WILL_NEED = 3;

    /// `madvise`: give these pages back; they read as zeroes next time, or are read from their file.
    public static final int DONT_NEED = 4;

    /// `madvise`: use huge pages.
    public static final int HUGE = 14;

    /// `madvise`: write these pages out and give them back; their contents stay.
    public static final int PAGE_OUT = 21;

    private static final Path HUGE_SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    public static final long SMALL_PAGE_BYTES = 4096;

    private SystemPages() {}

    /// Whether this system has these calls.
    public static boolean available() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    }

    public static final String NOT_LINUX = "only on Linux";

    /// Whether the system uses huge pages where asked; else why not.
    public static String hugePagesSetting() {
        try {
            String setting = Files.readString(HUGE_SETTING).strip();
            return setting.contains("[never]") ? HUGE_SETTING + ": " + setting : "";
        } catch (java.io.IOException _) {
            return "no " + HUGE_SETTING;
        }
    }

    /// Advises the whole pages inside a segment.
    public static String advise(MemorySegment segment, int advice) {
        MemorySegment pages = wholePages(segment);
        return pages.byteSize() == 0 ? "" : Calls.advise(pages, advice);
    }

    /// Advises every page that a segment touches. The memory around it must be mapped too.
    @SuppressWarnings("restricted")
    public static String adviseAround(MemorySegment segment, int advice) {
        long begin = segment.address() & -SMALL_PAGE_BYTES;
        long end = roundUp(segment.address() + segment.byteSize(), SMALL_PAGE_BYTES);
        MemorySegment pages = MemorySegment.ofAddress(begin).reinterpret(end - begin);
        return end == begin ? "" : Calls.advise(pages, advice);
    }

    /// Asks the page cache to forget the whole pages in a range of a file.
    public static String dropCached(String path, long offset, long bytes) {
        return Calls.dropCached(path, offset, bytes);
    }

    /// Locks a segment in memory.
    public static String lock(MemorySegment segment) {
        return Calls.lock(segment);
    }

    /// How many bytes of the whole pages inside a segment are in memory.
    public static long residentBytes(MemorySegment segment) {
        MemorySegment pages = wholePages(segment);
        return pages.byteSize() == 0 ? 0 : Calls.residentBytes(pages);
    }

    /// Fresh zeroed memory that begins at a huge page, and goes back to the system when the arena is
    /// closed.
    ///
    /// @throws OutOfMemoryError if the system has none
    public static MemorySegment map(long bytes, long alignment, Arena arena) {
        return Calls.map(bytes, Math.max(alignment, HUGE_PAGE_BYTES), arena);
    }

    static MemorySegment wholePages(MemorySegment segment) {
        long begin = roundUp(segment.address(), SMALL_PAGE_BYTES);
        long end = (segment.address() + segment.byteSize()) & -SMALL_PAGE_BYTES;
        return end <= begin
                ? segment.asSlice(0, 0)
                : segment.asSlice(begin - segment.address(), end - begin);
    }

    private static long roundUp(long number, long powerOfTwo) {
        return (number + powerOfTwo - 1) & -powerOfTwo;
    }

    /// The linked functions. Loading this class makes the restricted calls.
    @SuppressWarnings("restricted")
    private static final class Calls {

        private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;
        private static final Linker LINKER = Linker.nativeLinker();
        private static final StructLayout ERRORS = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO =
                ERRORS.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle MADVISE =
                link("madvise", FunctionDescriptor.of(INT, ADDRESS, SIZE, INT));
        private static final MethodHandle MLOCK =
                link("mlock", FunctionDescriptor.of(INT, ADDRESS, SIZE));
        private static final MethodHandle MINCORE =
                link("mincore", FunctionDescriptor.of(INT, ADDRESS, SIZE, ADDRESS));
        private static final MethodHandle MMAP =
                link("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, SIZE, INT, INT, INT, SIZE));
        private static final MethodHandle MUNMAP =
                link("munmap", FunctionDescriptor.of(INT, ADDRESS, SIZE));
        private static final MethodHandle OPEN =
                link("open", FunctionDescriptor.of(INT, ADDRESS, INT));
        private static final MethodHandle FADVISE =
                link("posix_fadvise", FunctionDescriptor.of(INT, INT, SIZE, SIZE, INT));
        private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(INT, INT));

        /// Read only, closed in child processes, no wait for a pipe.
        private static final int OPEN_FLAGS = 0x80800;

        private static final int READ_WRITE = 3;
        private static final int PRIVATE_ANONYMOUS = 0x22;
        private static final int NO_MEMORY = 12;

        private static MethodHandle link(String name, FunctionDescriptor descriptor) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name),
                    descriptor,
                    Linker.Option.captureCallState("errno"));
        }

        static String advise(MemorySegment pages, int advice) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment errors = scratch.allocate(ERRORS);
                int result = (int) MADVISE.invokeExact(errors, pages, pages.byteSize(), advice);
                return result == 0 ? "" : "madvise(" + advice + "): " + error(errors);
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }

        static String dropCached(String path, long offset, long bytes) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment errors = scratch.allocate(ERRORS);
                int file = (int) OPEN.invokeExact(errors, scratch.allocateFrom(path), OPEN_FLAGS);
                if (file < 0) {
                    return "open: " + error(errors);
                }
                int result = (int) FADVISE.invokeExact(errors, file, offset, bytes, DONT_NEED);
                int _ = (int) CLOSE.invokeExact(errors, file);
                return result == 0 ? "" : "posix_fadvise: errno " + result;
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }

        static String lock(MemorySegment segment) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment errors = scratch.allocate(ERRORS);
                int result = (int) MLOCK.invokeExact(errors, segment, segment.byteSize());
                return result == 0 ? "" : "mlock: " + error(errors);
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }

        static long residentBytes(MemorySegment pages) {
            long count = pages.byteSize() / SMALL_PAGE_BYTES;
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment errors = scratch.allocate(ERRORS);
                MemorySegment states = scratch.allocate(count);
                int result = (int) MINCORE.invokeExact(errors, pages, pages.byteSize(), states);
                if (result != 0) {
                    throw new IllegalStateException("mincore: " + error(errors));
                }
                long resident = 0;
                for (long page = 0; page < count; page++) {
                    resident += states.get(ValueLayout.JAVA_BYTE, page) & 1;
                }
                return resident * SMALL_PAGE_BYTES;
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }

        static MemorySegment map(long bytes, long alignment, Arena arena) {
            long whole = roundUp(bytes, SMALL_PAGE_BYTES) + alignment;
            MemorySegment base = mapAnonymous(whole);
            long lead = roundUp(base.address(), alignment) - base.address();
            return base.reinterpret(whole, arena, memory -> unmap(memory, whole))
                    .asSlice(lead, bytes);
        }

        private static MemorySegment mapAnonymous(long bytes) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment errors = scratch.allocate(ERRORS);
                MemorySegment base =
                        (MemorySegment)
                                MMAP.invokeExact(
                                        errors,
                                        MemorySegment.NULL,
                                        bytes,
                                        READ_WRITE,
                                        PRIVATE_ANONYMOUS,
                                        -1,
                                        0L);
                if (base.address() == -1) {
                    throw new OutOfMemoryError("mmap of " + bytes + " bytes: " + error(errors));
                }
                return base;
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }

        private static void unmap(MemorySegment memory, long bytes) {
            try (Arena scratch = Arena.ofConfined()) {
                int _ = (int) MUNMAP.invokeExact(scratch.allocate(ERRORS), memory, bytes);
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }

        private static String error(MemorySegment errors) {
            int number = (int) ERRNO.get(errors, 0L);
            return switch (number) {
                case 1 -> "EPERM (1)";
                case 11 -> "EAGAIN (11)";
                case NO_MEMORY -> "ENOMEM (12)";
                case 22 -> "EINVAL (22)";
                default -> "errno " + number;
            };
        }

        private static RuntimeException unexpected(Throwable t) {
            switch (t) {
                case Error e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new IllegalStateException(t);
            }
        }
    }
}
