package dev.perennial.tests.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles one source against the class path, into memory. */
final class MutantCompiler {
  private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

  private MutantCompiler() {}

  /** The class files by their names, those of nested classes too. */
  static Map<String, byte[]> compile(String file, String source) throws IOException {
    Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
    StringWriter messages = new StringWriter();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try (JavaFileManager files =
        new ForwardingJavaFileManager<>(JAVAC.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new InMemory(name, kind, compiled);
          }
        }) {
      boolean isCompiled =
          JAVAC
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-implicit:none", "-cp", path),
                  null,
                  List.of(new Source(file, source)))
              .call();
      if (!isCompiled) {
        throw new AssertionError("The mutant does not compile: " + messages);
      }
    }
    Map<String, byte[]> classes = new HashMap<>();
    compiled.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("mem:///" + file.substring(file.lastIndexOf('/') + 1)), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends SimpleJavaFileObject {
    private final String name;
    private final Map<String, ByteArrayOutputStream> into;

    InMemory(String name, Kind kind, Map<String, ByteArrayOutputStream> into) {
      super(URI.create("mem:///" + name.replace('.', '/') + kind.extension), kind);
      this.name = name;
      this.into = into;
    }

    @Override
    public OutputStream openOutputStream() {
      return into.computeIfAbsent(name, key -> new ByteArrayOutputStream());
    }
  }
}
