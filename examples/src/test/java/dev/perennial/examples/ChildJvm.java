package dev.perennial.examples;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Starts a program on the test's class path many times. A start mostly loads classes, so those of a
 * first run are archived; a JVM that cannot use the archive runs without.
 */
final class ChildJvm {
  private final Path archive;
  private final String classPath;
  private final String program;

  private ChildJvm(Path archive, String classPath, String program) {
    this.archive = archive;
    this.classPath = classPath;
    this.program = program;
  }

  /** Runs {@code main} to its end once, to archive its classes. */
  static ChildJvm trained(Path folder, Class<?> main, List<String> arguments)
      throws IOException, InterruptedException {
    ChildJvm jvm = new ChildJvm(folder.resolve("classes.jsa"), jars(folder), main.getName());
    Process training =
        jvm.process("-XX:ArchiveClassesAtExit=" + jvm.archive, arguments)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    if (!training.waitFor(60, TimeUnit.SECONDS) || training.exitValue() != 0) {
      training.destroyForcibly();
      throw new AssertionError("The program did not end by itself");
    }
    return jvm;
  }

  ProcessBuilder process(List<String> arguments) {
    return process("-XX:SharedArchiveFile=" + archive, arguments);
  }

  private ProcessBuilder process(String option, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable"));
    command.addAll(List.of(option, "-cp", classPath, program));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /**
   * Returns the test's class path with a jar for each folder: only classes in jars are archived.
   */
  private static String jars(Path folder) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        Path jar = folder.resolve("classes-" + entries.size() + ".jar");
        pack(path, jar);
        path = jar;
      }
      entries.add(path.toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).forEach(path -> add(zip, folder, path));
    }
  }

  private static void add(ZipOutputStream zip, Path folder, Path path) {
    try {
      zip.putNextEntry(new ZipEntry(folder.relativize(path).toString().replace('\\', '/')));
      Files.copy(path, zip);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
