/// The embedding pool in front of any LangChain4j model.
@NullMarked
package dev.isobar.embedding.langchain4j;

import org.jspecify.annotations.NullMarked;
