package dev.isobar.kv;

import java.util.List;

/// Something besides tokens that enters the digest of a block.
sealed interface BlockExtra {

    /// Writes it with its type.
    void writeTo(TaggedBytes bytes);

    /// The adapter of the sequence.
    record Adapter(String name) implements BlockExtra {
        @Override
        public void writeTo(TaggedBytes bytes) {
            bytes.add(1, name);
        }
    }

    /// A medium, and where it begins as seen from the block: negative if in an earlier one.
    record Medium(String digest, int offset) implements BlockExtra {
        @Override
        public void writeTo(TaggedBytes bytes) {
            bytes.add(2, digest).add(3, offset);
        }
    }

    /// The salt of a tenant.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Salt(byte[] bytes) implements BlockExtra {
        @Override
        public void writeTo(TaggedBytes bytes) {
            bytes.add(4, this.bytes);
        }
    }

    /// The digest of the embeddings that stand in for tokens of the block.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Embedded(byte[] digest) implements BlockExtra {
        @Override
        public void writeTo(TaggedBytes bytes) {
            bytes.add(5, digest);
        }
    }

    /// All of them, one after the other.
    static byte[] write(List<BlockExtra> extras) {
        TaggedBytes bytes = new TaggedBytes();
        extras.forEach(each -> each.writeTo(bytes));
        return bytes.toByteArray();
    }
}
