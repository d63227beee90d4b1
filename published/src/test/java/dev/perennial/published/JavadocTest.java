package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes the Javadoc of all libraries to {@code published/target/javadoc}, and looks at it. */
class JavadocTest {
  private static AggregatedJavadoc javadoc;

  @BeforeAll
  static void writeJavadoc() throws IOException {
    javadoc = AggregatedJavadoc.write(Path.of("target", "javadoc").toAbsolutePath());
  }

  /** Most options are inherited from a class of another library. */
  @ParameterizedTest
  @ValueSource(classes = {Sse.Builder.class, Ndjson.Builder.class, WebSockets.Builder.class})
  void pageOfABuilderLinksToEveryOption(Class<?> builder) throws IOException {
    Path page = javadoc.page(builder);
    Map<String, List<String>> links = AggregatedJavadoc.links(page);

    TreeSet<String> missing =
        Arrays.stream(builder.getMethods())
            .filter(method -> method.getDeclaringClass() != Object.class)
            .map(Method::getName)
            .filter(name -> !isLinked(page, links.getOrDefault(name, List.of())))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(new TreeSet<>(), missing);
    assertTrue(links.containsKey("stream"), links::toString);
  }

  private static boolean isLinked(Path page, List<String> links) {
    return !links.isEmpty()
        && links.stream().allMatch(link -> AggregatedJavadoc.resolves(page, link));
  }
}
