package dev.isobar.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which test shows which promise: the tables in `docs/acceptance/*.md`, whose last column names
/// tests.
///
/// A cell names one or several tests in back-ticks as `ClassName#method`, with or without the
/// package, or it begins with "superseded:" or "not applicable:" and a reason. The class is the one
/// that declares the method, so a contract test is named by its contract.
final class AcceptanceMap {
    /// Package with its last dot, outermost class, method.
    private static final Pattern NAMED_TEST =
            Pattern.compile("`((?:[a-z]\\w*\\.)*)([A-Z]\\w*)(?:[.$]\\w+)*#(\\w+)`");

    private static final Pattern EXCUSED =
            Pattern.compile("(superseded|not applicable):\\s*\\S.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern RULER = Pattern.compile("\\|[\\s:|-]+");
    private static final Pattern CELL_BORDER = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern COMMENT =
            Pattern.compile("//.*|^\\s*/\\*(?s:.*?)\\*/", Pattern.MULTILINE);

    /// What may stand before a call, where a declaration has its type.
    private static final Set<String> NO_TYPES =
            Set.of("return", "new", "throw", "else", "assert", "yield", "do");

    private final List<Path> maps;
    private final List<Path> sources;

    private AcceptanceMap(List<Path> maps, List<Path> sources) {
        this.maps = maps;
        this.sources = sources;
    }

    /// Lists the maps and the test sources of every module under `root`.
    static AcceptanceMap of(Path root) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : files(root, 1)) {
            sources.addAll(files(module.resolve("src/test/java"), Integer.MAX_VALUE));
            sources.addAll(files(module.resolve("src/jcstress/java"), Integer.MAX_VALUE));
        }
        List<Path> maps =
                files(root.resolve("docs/acceptance"), 1).stream()
                        .filter(file -> file.toString().endsWith(".md"))
                        .toList();
        return new AcceptanceMap(maps, sources);
    }

    /// One line for each row that names no test, and for each test named that does not exist.
    List<String> problems() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path map : maps) {
            addProblems(map, problems);
        }
        return problems;
    }

    private void addProblems(Path map, List<String> problems) throws IOException {
        List<String> lines = Files.readAllLines(map);
        boolean inRows = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.startsWith("|")) {
                inRows = false;
            } else if (RULER.matcher(line).matches()) {
                inRows = true;
            } else if (inRows) {
                for (String problem : problemsOfCell(lastCell(line))) {
                    problems.add(map.getFileName() + ":" + (i + 1) + ": " + problem);
                }
            }
        }
    }

    private List<String> problemsOfCell(String cell) throws IOException {
        if (EXCUSED.matcher(cell).matches()) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        Matcher test = NAMED_TEST.matcher(cell);
        boolean none = true;
        while (test.find()) {
            none = false;
            if (!exists(test.group(1), test.group(2), test.group(3))) {
                problems.add("no such test: " + test.group());
            }
        }
        if (none) {
            problems.add("names no test and gives no reason: '" + cell + "'");
        }
        return problems;
    }

    private boolean exists(String packageDots, String className, String method) throws IOException {
        Path file = Path.of(packageDots.replace('.', '/') + className + ".java");
        for (Path source : sources) {
            if (source.endsWith(file) && declares(Files.readString(source), method)) {
                return true;
            }
        }
        return false;
    }

    private static boolean declares(String source, String method) {
        Pattern declaration =
                Pattern.compile("(\\w+|[\\w>?\\]]>|])\\s+" + Pattern.quote(method) + "\\s*\\(");
        return declaration
                .matcher(COMMENT.matcher(source).replaceAll(""))
                .results()
                .anyMatch(found -> !NO_TYPES.contains(found.group(1)));
    }

    private static String lastCell(String row) {
        String[] cells = CELL_BORDER.split(row, -1);
        String last = cells[cells.length - 1].strip();
        return last.isEmpty() ? cells[cells.length - 2].strip() : last;
    }

    /// Everything in a folder down to a depth; nothing where there is no folder.
    private static List<Path> files(Path folder, int depth) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder, depth)) {
            return found.filter(file -> !file.equals(folder)).sorted().toList();
        }
    }
}
