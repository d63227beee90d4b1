package dev.perennial.tests.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The classes that a fresh JVM has loaded, and the stack of the callback, when the first event of a
 * stream reaches the consumer. Classes that the JVM generates for lambdas are not counted.
 */
record LoadedClasses(List<String> classes, List<String> stack) {
  private static final Pattern LOADED = Pattern.compile("\\[class,load\\] (\\S+) source: .*");
  private static final String PROBE = LoadedClasses.class.getPackageName() + ".";

  /** Follows a stream with {@code client}, which {@link FirstEvent} knows by this name. */
  static LoadedClasses untilFirstEvent(String client, Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("loaded-" + client + ".txt");
    Path output = folder.resolve("stack-" + client + ".txt");
    Process process =
        ChildJvm.process(
                List.of("-Xlog:class+load:file=" + log + ":tags:filecount=0"),
                FirstEvent.class,
                client)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(40, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError(
          "Expected a first event from " + client + " but got " + Files.readString(output));
    }
    try (Stream<String> lines = Files.lines(log)) {
      List<String> classes =
          lines
              .map(LOADED::matcher)
              .filter(Matcher::matches)
              .map(line -> line.group(1))
              .filter(name -> !name.contains("$$Lambda") && !name.contains("/"))
              .filter(name -> !name.startsWith(PROBE))
              .toList();
      List<String> stack =
          Files.readAllLines(output).stream().filter(name -> !name.startsWith(PROBE)).toList();
      return new LoadedClasses(classes, stack);
    }
  }

  /** The number of loaded classes in this package and those below it. */
  long loaded(String packageName) {
    return count(classes, packageName);
  }

  /** The number of frames that lead to the callback, of classes in this package or below it. */
  long frames(String packageName) {
    return count(stack, packageName);
  }

  private static long count(List<String> names, String packageName) {
    return names.stream().filter(name -> name.startsWith(packageName + ".")).count();
  }
}
