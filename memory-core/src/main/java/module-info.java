/// Bytes: segments, spaces, pages and files.
@org.jspecify.annotations.NullMarked
module dev.isobar.memory {
    requires static org.jspecify;

    exports dev.isobar.memory;
}
