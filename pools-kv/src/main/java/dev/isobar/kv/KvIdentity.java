package dev.isobar.kv;

import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the bytes of a block depend on besides its tokens: the model, and whatever else makes one
/// engine's blocks unreadable for another. All of it enters the digest of every first block.
///
/// Names of sessions, requests and start times have no place here: they would keep equal content apart.
///
/// *Immutable.* An absent property differs from every value, the empty one too.
///
/// @param model the model's name; not blank
/// @param properties further properties by name, such as `weights.sha256`, `flash-attention`,
///     `backend.device` or `layers.first`
public record KvIdentity(String model, SortedMap<String, String> properties) {

    private static final String LAYOUT = "isobar/kv-block/1";

    /// Keeps a copy of the properties.
    ///
    /// @throws IllegalArgumentException if the model is blank
    public KvIdentity {
        Objects.requireNonNull(model, "model");
        if (model.isBlank()) {
            throw new IllegalArgumentException("model must not be blank");
        }
        properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    }

    /// A model without further properties.
    public static KvIdentity of(String model) {
        return new KvIdentity(model, new TreeMap<>());
    }

    /// The same with one property more.
    public KvIdentity with(String name, String value) {
        TreeMap<String, String> more = new TreeMap<>(properties);
        more.put(name, Objects.requireNonNull(value, "value"));
        return new KvIdentity(model, more);
    }

    /// What the first block of every sequence has in the place of a parent: a digest of the identity, the
    /// shape, and this machine's byte order and architecture.
    byte[] root(KvShape shape) {
        TaggedBytes fields =
                new TaggedBytes()
                        .add(1, LAYOUT)
                        .add(2, model)
                        .add(3, ByteOrder.nativeOrder().toString())
                        .add(4, System.getProperty("os.arch", ""))
                        .add(5, shape.layers())
                        .add(6, shape.kvHeads())
                        .add(7, shape.headDim())
                        .add(8, shape.keys().name())
                        .add(9, shape.values().name())
                        .add(10, shape.tokensPerBlock());
        for (Map.Entry<String, String> property : properties.entrySet()) {
            fields.add(11, property.getKey()).add(12, property.getValue());
        }
        return Sha256.of(fields.toByteArray());
    }
}
