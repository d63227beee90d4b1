package dev.perennial.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runnable example in the Javadoc of each entry type of a transport compiles as it is. */
class JavadocExamplesTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\R(.*?)\\R \\* }</pre>", Pattern.DOTALL);
  private static final Pattern MARGIN = Pattern.compile("(?m)^ \\* ?");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sdk-sse/src/main/java/dev/perennial/sse/Sse.java",
        "sdk-ndjson/src/main/java/dev/perennial/ndjson/Ndjson.java",
        "sdk-websocket/src/main/java/dev/perennial/websocket/WebSockets.java",
        "sdk-websocket/src/main/java/dev/perennial/websocket/WebSocketSender.java"
      })
  void firstExampleCompiles(String file, @TempDir Path classes) throws Exception {
    Matcher example = EXAMPLE.matcher(Files.readString(root().resolve(file)));
    assertTrue(example.find(), () -> "Expected an example in " + file);
    String program = MARGIN.matcher(example.group(1)).replaceAll("");
    StringWriter messages = new StringWriter();

    boolean isCompiled = compile(program, classes, messages);

    assertTrue(isCompiled, () -> messages + "\n" + program);
  }

  private static boolean compile(String program, Path classes, StringWriter messages)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return compiler
        .getTask(
            messages,
            null,
            null,
            List.of("-proc:none", "-d", classes.toString(), "-cp", path),
            null,
            List.of(new Program(program)))
        .call();
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!new File(folder.toFile(), "sdk-sse").isDirectory()) {
      folder = folder.getParent();
    }
    return folder;
  }

  private static final class Program extends SimpleJavaFileObject {
    private final String text;

    Program(String text) {
      super(URI.create("mem:///Example.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
