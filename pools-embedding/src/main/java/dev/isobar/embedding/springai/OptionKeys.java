package dev.isobar.embedding.springai;

import dev.isobar.embedding.EmbeddingProfile;
import dev.isobar.embedding.StableText;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.embedding.EmbeddingOptions;

/// Which vectors a request with options asks for. Spring AI's options are beans of a class for each
/// provider, so their public getters are read.
final class OptionKeys {

    private OptionKeys() {}

    /// The profile with the options that are set; empty if one has no stable text.
    static Optional<EmbeddingProfile> keyOf(
            EmbeddingProfile profile, @Nullable EmbeddingOptions options) {
        if (options == null) {
            return Optional.of(profile);
        }
        Map<String, String> others = new TreeMap<>(profile.parameters());
        for (Method getter : options.getClass().getMethods()) {
            if (isGetter(getter) && !isFieldOfTheProfile(getter.getName())) {
                Optional<String> text = textOf(getter, options);
                if (text.isEmpty()) {
                    return Optional.empty();
                }
                text.filter(each -> !each.equals(StableText.of(null).orElseThrow()))
                        .ifPresent(each -> others.put(getter.getName(), each));
            }
        }
        return Optional.of(withFields(profile.withParameters(others), options));
    }

    private static EmbeddingProfile withFields(EmbeddingProfile profile, EmbeddingOptions options) {
        EmbeddingProfile result = profile;
        if (options.getModel() != null && !options.getModel().isBlank()) {
            result = result.withModel(options.getModel());
        }
        if (options.getDimensions() != null) {
            result = result.withDimensions(options.getDimensions());
        }
        return result;
    }

    private static Optional<String> textOf(Method getter, EmbeddingOptions options) {
        try {
            return StableText.of(getter.invoke(options));
        } catch (ReflectiveOperationException | RuntimeException _) {
            return Optional.empty();
        }
    }

    private static boolean isGetter(Method method) {
        String name = method.getName();
        return method.getParameterCount() == 0
                && !Modifier.isStatic(method.getModifiers())
                && method.getDeclaringClass() != Object.class
                && method.getReturnType() != void.class
                && (name.startsWith("get") || name.startsWith("is"));
    }

    private static boolean isFieldOfTheProfile(String getter) {
        return getter.equals("getModel") || getter.equals("getDimensions");
    }
}
