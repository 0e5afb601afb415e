/// A pool of embedding vectors.
///
/// LangChain4j, Spring AI, Guice and Micrometer are needed only by who uses the adapter package of
/// that name. The jars of the first two cannot be modules (two of Spring AI's share a package); who
/// runs this module on the module path leaves them on the class path, and adds
/// `--add-reads dev.isobar.embedding=ALL-UNNAMED`.
@org.jspecify.annotations.NullMarked
module dev.isobar.embedding {
    exports dev.isobar.embedding;
    exports dev.isobar.embedding.guice;
    exports dev.isobar.embedding.langchain4j;
    exports dev.isobar.embedding.micrometer;
    exports dev.isobar.embedding.springai;

    requires transitive dev.isobar.pool;
    requires static org.jspecify;
    requires static com.google.guice;
    requires static micrometer.core;
}
