package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/// Whether a decorator has every way into the model in its own hands.
public final class EntryPoints {

    private EntryPoints() {}

    /// Fails if `decorator` inherits a public method of `type`, a default one for example: an upgrade
    /// that adds one must not open a way around the cache.
    public static void assertAllOverridden(Class<?> type, Class<?> decorator) {
        List<Method> entryPoints =
                Arrays.stream(type.getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .filter(method -> !method.isBridge())
                        .toList();
        assertThat(entryPoints).isNotEmpty();
        assertThat(entryPoints)
                .allSatisfy(method ->
                        assertThat(
                                        decorator.getMethod(
                                                method.getName(), method.getParameterTypes()))
                                .extracting(Method::getDeclaringClass)
                                .isEqualTo(decorator));
    }
}
