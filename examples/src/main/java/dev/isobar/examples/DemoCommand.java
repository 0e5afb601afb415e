package dev.isobar.examples;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `isobar demo`: a small search service over real text, whose two caches share one budget.
@Command(
        name = "demo",
        description =
                "Runs a small search service until its caches are full, and shows who gives way.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        footer = {
            "",
            "The service reads text, cuts it into passages and answers requests about",
            "them. Vectors of passages are kept in an embedding pool (host memory, 3/4 of",
            "the budget), lines of results in a Caffeine cache (heap, 1/4). Both fill up;",
            "the broker takes back what is worth least, and the table says why.",
            "",
            "Exit codes: 0 all bytes were given back and relief worked, 1 they were not or",
            "it did not, 2 bad options or no text."
        })
final class DemoCommand implements Callable<Integer> {

    /// Less than this is too little for a page of vectors and a few results.
    static final long MIN_BUDGET_BYTES = 1 << 20;

    @Spec private CommandSpec spec;

    @ParentCommand private Isobar root;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long to run; 0 = until Ctrl-C.")
    private int seconds;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            description =
                    "Folder with text files to work on. Without it: the sources of this JDK, or else"
                            + " Isobar's own documentation.")
    private @Nullable Path corpus;

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            defaultValue = "64MiB",
            converter = SizeConverter.class,
            description = "Bytes for both caches together; at least 1MiB.")
    private ByteSize budget;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the broker's last snapshot there, as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        check(seconds >= 0, "--seconds must be at least 0: " + seconds);
        check(
                budget.bytes() >= MIN_BUDGET_BYTES,
                "--budget must be at least %s: %s"
                        .formatted(ByteSize.text(MIN_BUDGET_BYTES), budget));
        throw new UnsupportedOperationException("" + corpus + json + root.verbose());
    }

    private void check(boolean good, String message) {
        if (!good) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /// Reads a size from the command line.
    static final class SizeConverter implements ITypeConverter<ByteSize> {
        @Override
        public ByteSize convert(String value) {
            try {
                return ByteSize.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
