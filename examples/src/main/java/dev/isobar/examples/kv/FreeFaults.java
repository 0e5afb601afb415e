package dev.isobar.examples.kv;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.MemorySpaceException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/// Makes a space fail to let memory go: one time in so many, soon for the first time, until it is told to
/// stop. What it did not let go stays where it was.
///
/// *Safe for several threads.*
final class FreeFaults {

    private final int oneIn;
    private final AtomicLong frees = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private volatile boolean stopped;

    /// @param oneIn every which attempt fails; at least 10
    FreeFaults(int oneIn) {
        this.oneIn = oneIn;
    }

    /// How often it failed.
    long count() {
        return faults.get();
    }

    /// No more faults.
    void stop() {
        stopped = true;
    }

    /// The same space, with faults.
    MemorySpace in(MemorySpace space) {
        return (MemorySpace)
                Proxy.newProxyInstance(
                        FreeFaults.class.getClassLoader(),
                        new Class<?>[] {MemorySpace.class},
                        (_, method, arguments) -> call(space, method, arguments));
    }

    private Object call(MemorySpace space, Method method, Object[] arguments) throws Throwable {
        if (isFree(method) && !stopped && frees.incrementAndGet() % oneIn == oneIn / 10) {
            faults.incrementAndGet();
            throw new MemorySpaceException(space.name(), "free", "a fault on purpose", 0);
        }
        try {
            return method.invoke(space, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNullElse(e.getCause(), e);
        }
    }

    private static boolean isFree(Method method) {
        return method.getName().equals("free")
                && method.getParameterTypes().length == 1
                && method.getParameterTypes()[0] == MemoryBlock.class;
    }
}
