package dev.isobar.benchmarks;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// `malloc` and `free` by downcall, ordinary and critical (without leaving the Java state).
final class Native {

    /// All memory, to write through an address.
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    static final MethodHandle MALLOC =
            link("malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    static final MethodHandle FREE = link("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
    static final MethodHandle MALLOC_CRITICAL =
            link(
                    "malloc",
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                    Linker.Option.critical(false));
    static final MethodHandle FREE_CRITICAL =
            link(
                    "free",
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG),
                    Linker.Option.critical(false));

    private Native() {}

    private static MethodHandle link(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
