package dev.isobar.embedding.langchain4j;

import dev.isobar.embedding.EmbeddingProfile;
import dev.isobar.embedding.EmbeddingRole;
import dev.isobar.embedding.StableText;
import dev.langchain4j.data.message.ContentType;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Which vectors a request asks for: the profile with the request's parameters.
final class RequestKeys {

    private static final Set<EmbeddingParameter<?>> FIELDS_OF_THE_PROFILE =
            Set.of(
                    EmbeddingRequestParameters.MODEL_NAME,
                    EmbeddingRequestParameters.DIMENSIONS,
                    EmbeddingRequestParameters.INPUT_TYPE);

    private RequestKeys() {}

    /// The key's profile; empty if a parameter has no stable text.
    static Optional<EmbeddingProfile> keyOf(
            EmbeddingProfile profile, EmbeddingRequestParameters parameters) {
        Map<String, String> others = new TreeMap<>(profile.parameters());
        for (EmbeddingParameter<?> parameter : parameters.presentParameters()) {
            if (!FIELDS_OF_THE_PROFILE.contains(parameter)) {
                Optional<String> text = StableText.of(parameters.parameter(parameter));
                if (text.isEmpty()) {
                    return Optional.empty();
                }
                others.put(parameter.name(), text.get());
            }
        }
        return Optional.of(withFields(profile.withParameters(others), parameters));
    }

    /// Whether an input is one text and nothing else.
    static boolean isPlainText(EmbeddingInput input) {
        return input.contents().size() == 1
                && input.contentTypes().equals(Set.of(ContentType.TEXT));
    }

    private static EmbeddingProfile withFields(
            EmbeddingProfile profile, EmbeddingRequestParameters parameters) {
        EmbeddingProfile result = profile;
        if (parameters.modelName() != null) {
            result = result.withModel(parameters.modelName());
        }
        if (parameters.dimensions() != null) {
            result = result.withDimensions(parameters.dimensions());
        }
        if (parameters.inputType() != null) {
            result = result.withRole(roleOf(parameters.inputType()));
        }
        return result;
    }

    private static EmbeddingRole roleOf(EmbeddingInputType type) {
        return switch (type) {
            case QUERY -> EmbeddingRole.QUERY;
            case DOCUMENT -> EmbeddingRole.DOCUMENT;
        };
    }
}
