package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What every failure must look like.
final class LoadAssertions {

    private LoadAssertions() {}

    static LoadException failure(LoadError code, ThrowingCallable action) {
        LoadException failure = catchThrowableOfType(LoadException.class, action);
        assertThat(failure).as("a LoadException with " + code).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure).hasMessageContaining(code.name());
        return failure;
    }
}
