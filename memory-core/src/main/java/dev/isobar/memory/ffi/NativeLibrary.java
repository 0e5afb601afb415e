package dev.isobar.memory.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A library of the system, found at run time and never unloaded.
///
/// Its functions are declared as methods of an interface, each with its [Symbol]: the parameter
/// types are the native signature (`int`, `long`, and [MemorySegment] for every pointer), so that
/// names and signatures stand together and there is no other binding code.
///
/// *Immutable.*
@SuppressWarnings("restricted") // the one class where that is so
public final class NativeLibrary {

    private final String name;
    private final SymbolLookup symbols;

    private NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /// Loads the first library that is there.
    ///
    /// @param names file names, looked for where the system's linker looks, or whole paths
    /// @throws LibraryUnavailableException if there is none, or native access is forbidden
    public static NativeLibrary load(List<String> names) {
        Map<String, String> refusals = new HashMap<>();
        for (String name : names) {
            try {
                return new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                refusals.put(name, String.valueOf(e.getMessage()));
            } catch (IllegalCallerException e) {
                throw forbidden(e);
            }
        }
        throw new LibraryUnavailableException(
                "library not found (tried " + String.join(", ", names) + ")",
                new IllegalArgumentException(refusals.toString()));
    }

    /// What was loaded: one of the names that were asked for.
    public String name() {
        return name;
    }

    /// The library's functions.
    ///
    /// @param functions an interface of which every method has a [Symbol]
    /// @throws LibraryUnavailableException if the library lacks one, or native access is forbidden
    public <T> T bind(Class<T> functions) {
        Map<Method, MethodHandle> handles = new HashMap<>();
        for (Method method : functions.getDeclaredMethods()) {
            Symbol symbol = method.getAnnotation(Symbol.class);
            if (symbol != null) {
                handles.put(method, handle(symbol.value(), method));
            }
        }
        return functions.cast(
                Proxy.newProxyInstance(
                        functions.getClassLoader(),
                        new Class<?>[] {functions},
                        (_, method, arguments) ->
                                Objects.requireNonNull(handles.get(method), method.getName())
                                        .invokeExact(arguments)));
    }

    /// Memory that a library handed out, as a segment.
    ///
    /// @param address where it begins, as the library said it
    /// @param arena how long it may be used
    public static MemorySegment memory(MemorySegment address, long bytes, Arena arena) {
        return address.reinterpret(bytes, arena, null);
    }

    /// A C string that lives as long as the library.
    public static String string(MemorySegment address) {
        return address.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// A handle that takes its arguments as an array, which is what a proxy has. The detour costs
    /// some hundred nanoseconds, next to calls of microseconds.
    private MethodHandle handle(String symbol, Method method) {
        MemorySegment address =
                symbols.find(symbol)
                        .orElseThrow(() ->
                                new LibraryUnavailableException(
                                        name + " has no function " + symbol));
        MemoryLayout[] parameters =
                Arrays.stream(method.getParameterTypes())
                        .map(NativeLibrary::layout)
                        .toArray(MemoryLayout[]::new);
        FunctionDescriptor descriptor =
                FunctionDescriptor.of(layout(method.getReturnType()), parameters);
        try {
            return Linker.nativeLinker()
                    .downcallHandle(address, descriptor)
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (IllegalCallerException e) {
            throw forbidden(e);
        }
    }

    private static MemoryLayout layout(Class<?> type) {
        if (type == int.class) {
            return ValueLayout.JAVA_INT;
        }
        if (type == long.class) {
            return ValueLayout.JAVA_LONG;
        }
        if (type == MemorySegment.class) {
            return ValueLayout.ADDRESS;
        }
        throw new IllegalArgumentException("no native type for " + type);
    }

    private static LibraryUnavailableException forbidden(IllegalCallerException cause) {
        return new LibraryUnavailableException(
                "native access is off: start Java with --enable-native-access=dev.isobar.memory",
                cause);
    }
}
