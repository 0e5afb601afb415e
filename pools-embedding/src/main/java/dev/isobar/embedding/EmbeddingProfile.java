package dev.isobar.embedding;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything that, beside the text itself, decides which vector a text gets. Two calls with equal
/// profiles and equal texts may share a vector; nobody else may.
///
/// *Immutable.*
///
/// @param provider who runs the model, `openai` for example; not blank
/// @param model the model's name; not blank
/// @param revision the version of the model's weights, or empty if it has none or is not known. A
///     new revision leaves all vectors of the old one to eviction.
/// @param dimensions the length of the vectors, or 0 for "as the model makes them"; at least 0
/// @param role what the texts are embedded for
/// @param normalised whether the vectors are asked for at unit length
/// @param parameters whatever else the model was told, by name
public record EmbeddingProfile(
        String provider,
        String model,
        String revision,
        int dimensions,
        EmbeddingRole role,
        boolean normalised,
        SortedMap<String, String> parameters) {

    /// @throws IllegalArgumentException if a name is blank or `dimensions` negative
    public EmbeddingProfile {
        requireName(provider, "provider");
        requireName(model, "model");
        Objects.requireNonNull(revision, "revision");
        Objects.requireNonNull(role, "role");
        if (dimensions < 0) {
            throw new IllegalArgumentException("dimensions must be at least 0: " + dimensions);
        }
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        parameters.forEach(EmbeddingProfile::requireParameter);
    }

    /// A model of which nothing but the name is known.
    ///
    /// @throws IllegalArgumentException if a name is blank
    public static EmbeddingProfile of(String provider, String model) {
        return new EmbeddingProfile(
                provider, model, "", 0, EmbeddingRole.UNSPECIFIED, false, new TreeMap<>());
    }

    /// The same profile for another model of the provider.
    public EmbeddingProfile withModel(String newModel) {
        return new EmbeddingProfile(
                provider, newModel, revision, dimensions, role, normalised, parameters);
    }

    /// The same profile for another version of the model's weights.
    public EmbeddingProfile withRevision(String newRevision) {
        return new EmbeddingProfile(
                provider, model, newRevision, dimensions, role, normalised, parameters);
    }

    /// The same profile for vectors of that length.
    public EmbeddingProfile withDimensions(int newDimensions) {
        return new EmbeddingProfile(
                provider, model, revision, newDimensions, role, normalised, parameters);
    }

    /// The same profile for texts of that role.
    public EmbeddingProfile withRole(EmbeddingRole newRole) {
        return new EmbeddingProfile(
                provider, model, revision, dimensions, newRole, normalised, parameters);
    }

    /// The same profile for vectors of unit length, or of whatever length they have.
    public EmbeddingProfile withNormalised(boolean newNormalised) {
        return new EmbeddingProfile(
                provider, model, revision, dimensions, role, newNormalised, parameters);
    }

    /// The same profile with these parameters instead of its own.
    public EmbeddingProfile withParameters(Map<String, String> newParameters) {
        return new EmbeddingProfile(
                provider,
                model,
                revision,
                dimensions,
                role,
                normalised,
                new TreeMap<>(newParameters));
    }

    private static void requireName(String name, String what) {
        Objects.requireNonNull(name, what);
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
    }

    private static void requireParameter(String name, String value) {
        requireName(name, "parameter name");
        Objects.requireNonNull(value, name);
    }
}
