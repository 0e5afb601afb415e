package dev.isobar.memory.load;

/// What the reference system would have called a [LoadError]: for those who compare the two, and for
/// the acceptance list. The reference has fewer names than there are causes, and each of its parts has
/// names of its own.
public enum ReferenceNames {
    /// Its mapped files.
    MMAP {
        @Override
        public String of(LoadError error) {
            return switch (error) {
                case EMPTY_RANGE, BAD_PATH, SOURCE_CLOSED -> INVALID_REQUEST;
                case STALE_LEASE, ALREADY_RELEASED, NOT_OWNER -> INVALID_REQUEST;
                case TOO_LARGE, RANGE_OVERFLOW, BEYOND_EOF, SIZE_FAILED -> UNSUPPORTED_RESOURCE;
                case SOURCE_CHANGED, SOURCE_TRUNCATED, DIGEST_MISMATCH -> UNSUPPORTED_RESOURCE;
                case NO_SLOT -> "resource_exhausted";
                case NOT_FOUND, ACCESS_DENIED, NOT_A_FILE, OPEN_FAILED -> FILE_OPEN_FAILED;
                case MAP_FAILED -> "mapping_failed";
                case UNMAP_FAILED, CLOSE_FAILED -> "unmap_failed";
                case BAD_ADVICE_RANGE -> "invalid_advise_range";
                case ADVISE_FAILED -> "advise_failed";
                case UNSUPPORTED_STRATEGY -> UNSUPPORTED_PLATFORM;
                default -> INTERNAL_ERROR;
            };
        }
    },
    /// Its plain reads.
    READ {
        @Override
        public String of(LoadError error) {
            return switch (error) {
                case EMPTY_RANGE, BAD_PATH, SOURCE_CLOSED, EMPTY_BATCH -> INVALID_REQUEST;
                case TARGET_TOO_SMALL, TARGET_FREED, TOO_MANY_ITEMS -> INVALID_REQUEST;
                case TOO_LARGE, RANGE_OVERFLOW -> UNSUPPORTED_RESOURCE;
                case NOT_FOUND, ACCESS_DENIED, NOT_A_FILE, OPEN_FAILED -> FILE_OPEN_FAILED;
                case SIZE_FAILED -> "file_seek_failed";
                case BEYOND_EOF, SHORT_READ, SOURCE_TRUNCATED -> "short_read";
                case READ_FAILED, SOURCE_CHANGED, DIGEST_MISMATCH -> "file_read_failed";
                case UNSUPPORTED_STRATEGY -> UNSUPPORTED_PLATFORM;
                default -> INTERNAL_ERROR;
            };
        }
    },
    /// Its staged reads.
    STAGED {
        @Override
        public String of(LoadError error) {
            return switch (error) {
                case TARGET_TOO_SMALL, TARGET_FREED -> "invalid_target_window";
                case BEYOND_EOF, SHORT_READ, SOURCE_TRUNCATED -> "insufficient_source_span";
                case NOT_FOUND, ACCESS_DENIED, NOT_A_FILE, OPEN_FAILED -> "null_source_span";
                case READ_FAILED, SIZE_FAILED, SOURCE_CLOSED -> "null_source_span";
                case SOURCE_CHANGED, DIGEST_MISMATCH -> "source_span_size_mismatch";
                case UNSUPPORTED_STRATEGY -> UNSUPPORTED_PLATFORM;
                default -> "invalid_stage_contract";
            };
        }
    },
    /// Its router of strategies.
    LOADER {
        @Override
        public String of(LoadError error) {
            return switch (error) {
                case EMPTY_RANGE, BAD_PATH, SOURCE_CLOSED, EMPTY_BATCH -> INVALID_REQUEST;
                case TARGET_TOO_SMALL, TARGET_FREED, TOO_MANY_ITEMS -> INVALID_REQUEST;
                case UNSUPPORTED_STRATEGY -> "unsupported_strategy";
                default -> "unavailable";
            };
        }
    };

    private static final String INVALID_REQUEST = "invalid_request";
    private static final String UNSUPPORTED_RESOURCE = "unsupported_resource";
    private static final String UNSUPPORTED_PLATFORM = "unsupported_platform";
    private static final String FILE_OPEN_FAILED = "file_open_failed";
    private static final String INTERNAL_ERROR = "internal_error";

    /// The name that this part of the reference has for it.
    public abstract String of(LoadError error);
}
