package dev.isobar.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The arrows between the modules, and what may be used where.
class ArchitectureTest {
    private static final String EXAMPLES = "dev.isobar.examples..";

    /// Everything that was compiled for users; tests are free.
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.isobar");

    private static final JavaClasses LIBRARY = ALL.that(not(resideInAPackage(EXAMPLES)));

    @Test
    void import_findsTheModules() {
        assertThat(ALL.stream().map(JavaClass::getPackageName))
                .contains("dev.isobar.broker", "dev.isobar.examples");
        assertThat(LIBRARY).isNotEmpty();
    }

    @Test
    void modules_dependOnlyDownward() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("memory")
                .definedBy("dev.isobar.memory..")
                .layer("broker")
                .definedBy("dev.isobar.broker..")
                .layer("pool")
                .definedBy("dev.isobar.pool..")
                .layer("embedding")
                .definedBy("dev.isobar.embedding..")
                .layer("lora")
                .definedBy("dev.isobar.lora..")
                .layer("kv")
                .definedBy("dev.isobar.kv..")
                .layer("examples")
                .definedBy(EXAMPLES)
                .whereLayer("memory")
                .mayNotAccessAnyLayer()
                .whereLayer("broker")
                .mayNotAccessAnyLayer()
                .whereLayer("pool")
                .mayOnlyAccessLayers("memory", "broker")
                .whereLayer("embedding")
                .mayOnlyAccessLayers("memory", "broker", "pool")
                .whereLayer("lora")
                .mayOnlyAccessLayers("memory", "broker", "pool")
                .whereLayer("kv")
                .mayOnlyAccessLayers("memory", "broker", "pool")
                .ensureAllClassesAreContainedInArchitectureIgnoring("dev.isobar.benchmarks..")
                .check(ALL);
    }

    /// Jackson is optional but for the LoRA module, whose files are JSON: there it is a real dependency.
    @Test
    void jackson_isUsedOnlyInItsAdapter_andByTheReadersOfAdapters() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("..jackson..", "dev.isobar.lora.format..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("com.fasterxml.jackson.."));
    }

    /// Optional libraries stay in the adapter packages named after them.
    @ParameterizedTest
    @CsvSource({
        "io.micrometer.., ..micrometer..",
        "com.google.inject.., ..guice..",
        "jakarta.inject.., ..guice..",
        "com.github.benmanes.caffeine.., ..caffeine..",
        "dev.langchain4j.., ..langchain4j..",
        "org.springframework.., ..springai..",
    })
    void optionalLibrary_isUsedOnlyInItsAdapter(String library, String adapter) {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(adapter)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(library));
    }

    @Test
    void library_usesNothingElse() {
        check(
                noClasses()
                        .should()
                        .dependOnClassesThat(
                                not(
                                        resideInAnyPackage(
                                                "", // arrays and primitives
                                                "dev.isobar..",
                                                "java..",
                                                "jdk.jfr..",
                                                "org.jspecify.annotations..",
                                                "io.micrometer..",
                                                "com.google.inject..",
                                                "com.google.errorprone.annotations..",
                                                "jakarta.inject..",
                                                "com.github.benmanes.caffeine..",
                                                "com.fasterxml.jackson..",
                                                "dev.langchain4j..",
                                                "org.springframework..",
                                                "com.sun.management..",
                                                "javax.crypto..",
                                                "javax.management.."))));
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("dev.isobar.(**)").should().beFreeOfCycles().check(ALL);
    }

    /// A library says what it has to say through `System.Logger`.
    @Test
    void library_doesNotPrint() {
        Stream.of(
                        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS,
                        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING)
                .forEach(ArchitectureTest::check);
    }

    private static void check(ArchRule rule) {
        rule.check(LIBRARY);
    }
}
