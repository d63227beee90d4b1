package dev.perennial.examples.javadoc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every snippet in the Javadoc of the published libraries compiles. */
class JavadocSnippetsTest {
  /** What snippets use besides the packages of the libraries. */
  private static final List<String> IMPORTS =
      List.of(
          SnippetNames.class.getPackageName() + ".SnippetNames",
          SnippetNames.class.getName() + ".*",
          "java.io.*",
          "java.nio.file.Path",
          "java.time.*",
          "java.util.*",
          "okhttp3.MediaType",
          "okhttp3.OkHttpClient",
          "okhttp3.RequestBody",
          "reactor.core.publisher.Flux",
          "static dev.perennial.testkit.ConnectionScript.opens",
          "static java.nio.charset.StandardCharsets.UTF_8",
          "static java.time.Duration.ofSeconds");

  @TempDir Path folder;

  @Test
  void everySnippetCompiles() throws IOException {
    List<JavaFileObject> units = new ArrayList<>();
    String imports = imports();
    for (JavadocSnippet snippet : JavadocSnippet.all()) {
      units.add(new Source(snippet, "snippet" + units.size(), imports));
    }

    assertEquals("", errors(units));
    assertTrue(units.size() > 20, units::toString);
  }

  @Test
  void everyEntryTypeHasASnippet() throws IOException {
    Set<String> missing =
        new TreeSet<>(Set.of("EventStream", "Ndjson", "Sse", "StreamMetrics", "WebSockets"));

    for (JavadocSnippet snippet : JavadocSnippet.all()) {
      missing.remove(snippet.file().getFileName().toString().replace(".java", ""));
    }

    assertEquals(Set.of(), missing);
  }

  private static String imports() throws IOException {
    Stream<String> libraries = JavadocSnippet.exportedPackages().stream().map(name -> name + ".*");
    return Stream.concat(IMPORTS.stream(), libraries)
        .map(name -> "import " + name + ";\n")
        .collect(Collectors.joining());
  }

  private String errors(List<JavaFileObject> units) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> options =
        List.of("-proc:none", "-nowarn", "-d", folder.toString(), "-cp", classPath);

    compiler.getTask(null, null, diagnostics, options, null, units).call();

    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(JavadocSnippetsTest::message)
        .collect(Collectors.joining("\n"));
  }

  private static String message(Diagnostic<? extends JavaFileObject> diagnostic) {
    Source source = (Source) diagnostic.getSource();
    String code =
        source
            .getCharContent(true)
            .lines()
            .skip(diagnostic.getLineNumber() - 1)
            .findFirst()
            .orElse("");
    return source.snippet + ": " + diagnostic.getMessage(Locale.ROOT) + "\n    " + code.strip();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final JavadocSnippet snippet;
    private final String unit;

    Source(JavadocSnippet snippet, String packageName, String imports) {
      super(URI.create("string:///" + packageName + "/Snippet.java"), Kind.SOURCE);
      this.snippet = snippet;
      this.unit = snippet.unit(packageName, imports);
    }

    @Override
    public String getCharContent(boolean ignoreEncodingErrors) {
      return unit;
    }
  }
}
