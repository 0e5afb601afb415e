package dev.isobar.examples;

import dev.isobar.examples.corpus.CorpusException;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns every failure into one message: what is wrong, what was probably meant, and where to read
/// more. A stack trace is shown only on demand.
///
/// @param verbose whether stack traces are wanted
record ErrorMessages(BooleanSupplier verbose)
        implements IParameterExceptionHandler, IExecutionExceptionHandler {

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        report(command, e);
        UnmatchedArgumentException.printSuggestions(e, command.getErr());
        command.getErr()
                .println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        report(command, e);
        return e instanceof CorpusException || e instanceof ReportException
                ? ExitCode.USAGE
                : ExitCode.SOFTWARE;
    }

    private void report(CommandLine command, Exception e) {
        PrintWriter err = command.getErr();
        String message = message(e);
        Ansi ansi = command.getColorScheme().ansi();
        err.println(ansi.new Text("@|bold,red isobar:|@ ") + message);
        if (verbose.getAsBoolean()) {
            e.printStackTrace(err);
        }
    }

    private static String message(Exception e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            boolean leaf = unmatched.getCommandLine().getSubcommands().isEmpty();
            return (leaf ? "Not expected: '" : "No such command: '")
                    + unmatched.getUnmatched().getFirst()
                    + "'";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
