package dev.isobar.lora.format;

import java.util.List;

/// A field of a file's header.
///
/// *Immutable.*
public sealed interface MetadataValue {

    /// Text.
    ///
    /// @param value the text
    record Text(String value) implements MetadataValue {
        @Override
        public String toString() {
            return value;
        }
    }

    /// A whole number.
    ///
    /// @param value the number; an unsigned one of 64 bits beyond the range of a long is negative
    record Whole(long value) implements MetadataValue {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /// A number with a fraction.
    ///
    /// @param value the number; may be NaN or infinite, as the file has it
    record Real(double value) implements MetadataValue {
        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /// Yes or no.
    ///
    /// @param value which
    record Flag(boolean value) implements MetadataValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// Several values of one type.
    ///
    /// @param values the values
    record Items(List<MetadataValue> values) implements MetadataValue {
        /// Copies the list.
        public Items {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.toString();
        }
    }
}
