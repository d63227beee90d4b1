package dev.perennial.tests.architecture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a program on the test's class path in a fresh JVM. */
final class ChildJvm {
  private ChildJvm() {}

  static ProcessBuilder process(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
