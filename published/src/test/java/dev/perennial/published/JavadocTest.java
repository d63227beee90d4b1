package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes the Javadoc of all libraries to {@code published/target/javadoc}, and looks at it. */
class JavadocTest {
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("^public (?:[\\w-]+ )*@?(?:class|interface|record|enum) ", Pattern.MULTILINE);

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

  @ParameterizedTest
  @MethodSource("published")
  void everyPublicTypeSaysSinceWhichVersion(Artifact library) throws IOException {
    List<String> missing = new ArrayList<>();

    for (Path source : exportedSources(library)) {
      String text = Files.readString(source);
      Matcher type = PUBLIC_TYPE.matcher(text);
      if (type.find() && !commentBefore(type.start(), text).contains(" * @since ")) {
        missing.add(Artifact.ROOT.relativize(source).toString());
      }
    }

    assertEquals(List.of(), missing);
  }

  static Stream<Artifact> published() {
    return Artifact.published();
  }

  private static List<Path> exportedSources(Artifact library) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String name : library.exportedPackages()) {
      try (Stream<Path> files = Files.list(library.sources().resolve(name.replace('.', '/')))) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
      }
    }
    assertFalse(sources.isEmpty(), library::toString);
    return sources;
  }

  private static String commentBefore(int end, String source) {
    String before = source.substring(0, end);
    int start = before.lastIndexOf("/**");
    return start < 0 ? "" : before.substring(start);
  }

  private static boolean isLinked(Path page, List<String> links) {
    return !links.isEmpty()
        && links.stream().allMatch(link -> AggregatedJavadoc.resolves(page, link));
  }
}
