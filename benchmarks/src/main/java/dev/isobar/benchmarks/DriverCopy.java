package dev.isobar.benchmarks;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Blocking copies by a driver's own functions, with nothing between.
interface DriverCopy extends AutoCloseable {

    void in();

    void out();

    @Override
    void close();

    /// A function of a driver that answers an `int`.
    static MethodHandle function(SymbolLookup library, String name, MemoryLayout... parameters) {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.findOrThrow(name),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }

    /// Calls a function that answers 0 if all is well.
    static void call(MethodHandle function, Object... arguments) {
        int code;
        try {
            code = (int) function.invokeWithArguments(arguments);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        requireZero(code);
    }

    static void requireZero(int code) {
        if (code != 0) {
            throw new IllegalStateException("the driver answered " + code);
        }
    }
}
