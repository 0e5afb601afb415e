package dev.isobar.lora.format;

/// What is wrong with an adapter's file.
public enum FormatFault {
    /// It is not a file of that format at all.
    NOT_THE_FORMAT,
    /// It ends before what its header promises.
    TRUNCATED,
    /// There is more of something than the limits allow.
    TOO_MUCH,
    /// Its header, or its JSON, is not well formed.
    MALFORMED,
    /// Two things have the same name.
    DUPLICATE_NAME,
    /// A name is empty, too long, not UTF-8 or has a NUL.
    BAD_NAME,
    /// A tensor or a value has a type nobody knows, or that weights cannot have.
    BAD_TYPE,
    /// A shape is impossible.
    BAD_SHAPE,
    /// Shape times type is not the number of bytes.
    SIZE_MISMATCH,
    /// Bytes lie outside of the file.
    OUTSIDE,
    /// Two tensors share bytes.
    OVERLAP,
    /// Bytes belong to no tensor.
    HOLE,
    /// Something that is needed is not there.
    MISSING,
    /// A value is out of range.
    BAD_VALUE,
    /// It is a kind of adapter that is not supported.
    UNSUPPORTED,
    /// An A without its B, or two that do not go together.
    BAD_PAIR,
    /// The file cannot be read.
    UNREADABLE
}
