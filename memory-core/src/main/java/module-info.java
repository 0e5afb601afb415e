/// Bytes: segments, spaces, pages and files.
@org.jspecify.annotations.NullMarked
module dev.isobar.memory {
    requires jdk.unsupported; // reads past the page cache: ExtendedOpenOption.DIRECT
    requires static org.jspecify;

    exports dev.isobar.memory;
    exports dev.isobar.memory.load;
}
