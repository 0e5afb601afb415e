package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every public type and method of a library module has a comment. What the comment says, and
/// whether its links and tags are sound, is for doclint and for the reader.
///
/// Needs no comment: what overrides (the comment is where it was declared), a record's compact
/// constructor, and what nobody outside can reach.
class PublicApiDocsTest {
    @Test
    void library_isDocumented() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Repository.root())) {
            for (Path module : modules.filter(PublicApiDocsTest::isLibrary).toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        assertThat(sources).isNotEmpty();
        try (StandardJavaFileManager files = fileManager()) {
            assertThat(undocumented(files, files.getJavaFileObjectsFromPaths(sources))).isEmpty();
        }
    }

    @Test
    void missingComment_isFound() throws IOException {
        String source =
                """
                /// A type.
                public class Some {
                    /// Made.
                    public Some() {}
                    public void bare() {}
                    /// @return only a tag
                    public int tagOnly() { return 1; }
                    /// Fine.
                    protected void fine() {}
                    @Override public String toString() { return ""; }
                    void inside() {}
                    public record Bare(int x) { public Bare { } }
                    /// Seam.
                    public interface Seam { void ask(); }
                    static class Hidden { public void free() {} }
                }
                """;
        try (StandardJavaFileManager files = fileManager()) {
            assertThat(undocumented(files, List.of(inMemory(source))))
                    .containsExactly("Some.java:5 bare", "Some.java:12 Bare", "Some.java:14 ask");
        }
    }

    private static List<String> undocumented(
            StandardJavaFileManager files, Iterable<? extends JavaFileObject> sources)
            throws IOException {
        JavacTask task =
                (JavacTask)
                        ToolProvider.getSystemJavaCompiler()
                                .getTask(null, files, null, List.of("-proc:none"), null, sources);
        var scanner = new Undocumented(DocTrees.instance(task));
        for (CompilationUnitTree unit : task.parse()) {
            scanner.scan(unit, null);
        }
        return scanner.found;
    }

    private static boolean isLibrary(Path module) {
        return Files.exists(module.resolve("src/main/java/module-info.java"));
    }

    private static StandardJavaFileManager fileManager() {
        return ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
    }

    private static JavaFileObject inMemory(String source) {
        return new SimpleJavaFileObject(
                URI.create("string:///Some.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    /// Walks the types and methods that a user can reach.
    private static final class Undocumented extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final List<String> found = new ArrayList<>();

        Undocumented(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (!reachable(type.getModifiers())) {
                return null;
            }
            check(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            if (reachable(method.getModifiers()) && !overrides(method) && !compact(method)) {
                check(method.getReturnType() == null ? "constructor" : method.getName().toString());
            }
            return null; // nobody reaches what is inside a method
        }

        private void check(String name) {
            DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
            if (comment == null) {
                CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
                long start =
                        docs.getSourcePositions()
                                .getStartPosition(unit, getCurrentPath().getLeaf());
                String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
                found.add(file + ":" + unit.getLineMap().getLineNumber(start) + " " + name);
            }
        }

        private boolean reachable(ModifiersTree modifiers) {
            Set<Modifier> flags = modifiers.getFlags();
            TreePath parent = getCurrentPath().getParentPath();
            return flags.contains(Modifier.PUBLIC)
                    || flags.contains(Modifier.PROTECTED)
                    || (parent.getLeaf().getKind() == Tree.Kind.INTERFACE
                            && !flags.contains(Modifier.PRIVATE));
        }

        private static boolean overrides(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
        }

        private boolean compact(MethodTree method) {
            return method.getReturnType() == null
                    && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
        }
    }
}
