package dev.perennial.tests.conformance;

import dev.perennial.tests.conformance.Row.Proof;
import dev.perennial.tests.conformance.Row.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong with the tests that rows name, and with the rows' ids. */
final class NamedTests {
  private static final Pattern ID = Pattern.compile("[A-Z][A-Za-z0-9.]*(-[A-Za-z0-9.]+)*");
  private static final Pattern TEST = Pattern.compile("[A-Z]\\w*\\.[a-z]\\w*");
  private static final Pattern MARKED =
      Pattern.compile("\\s*@(Test|ParameterizedTest|RepeatedTest|Property)\\b.*");
  private static final Pattern METHOD = Pattern.compile("\\s+[\\w ]*\\bvoid (\\w+)\\(.*");
  private static final Pattern ARCHITECTURE = Pattern.compile(".*\\bArchRule (\\w+) =.*");

  private final Map<String, Integer> tests;
  private final Set<String> corpus;

  /**
   * What there is.
   *
   * @param tests how many tests there are of each {@code Class.method}
   * @param corpus the names of the files that a test may be cited with
   */
  NamedTests(Map<String, Integer> tests, Set<String> corpus) {
    this.tests = tests;
    this.corpus = corpus;
  }

  /** One line for each thing that is wrong; empty when nothing is. */
  List<String> problemsOf(List<Section> sections) {
    List<String> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Section section : sections) {
      if (section.rows().isEmpty()) {
        problems.add("Expected rows in the section \"" + section.title() + "\" but there are none");
      }
      for (Row row : section.rows()) {
        if (!ID.matcher(row.id()).matches()) {
          problems.add(row.id() + ": expected an id such as H-204");
        }
        if (!ids.add(row.id())) {
          problems.add(row.id() + ": the id is there twice");
        }
        row.proofs().forEach(proof -> check(row.id(), proof, problems));
      }
    }
    return problems;
  }

  private void check(String id, Proof proof, List<String> problems) {
    String problem = problemOf(proof.test());
    if (problem != null) {
      problems.add(id + ": " + problem);
    }
    proof.files().stream()
        .filter(file -> !corpus.contains(file))
        .forEach(file -> problems.add(id + ": there is no file " + file));
  }

  private @Nullable String problemOf(String name) {
    if (!TEST.matcher(name).matches()) {
      return "expected Class.method but was " + name;
    }
    int count = tests.getOrDefault(name, 0);
    if (count == 1) {
      return null;
    }
    return count == 0 ? "there is no test " + name : count + " tests are called " + name;
  }

  // ---- What there is ----

  /** How many tests there are of each {@code Class.method} below the folder. */
  static Map<String, Integer> testsBelow(Path root) throws IOException {
    Map<String, Integer> tests = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(NamedTests::isTestSource)
          .forEach(file -> testsOf(file).forEach(name -> tests.merge(name, 1, Integer::sum)));
    }
    return tests;
  }

  private static boolean isTestSource(Path file) {
    String path = file.toString().replace('\\', '/');
    boolean isTest = path.contains("/src/test/java/") || path.contains("/src/robolectric/java/");
    return isTest && path.endsWith(".java");
  }

  private static List<String> testsOf(Path file) {
    String fileName = file.getFileName().toString();
    String type = fileName.substring(0, fileName.length() - ".java".length());
    try {
      return testsOf(type, Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** The {@code Class.method} of each test in a source; one that is disabled is none. */
  static List<String> testsOf(String type, List<String> lines) {
    List<String> tests = new ArrayList<>();
    boolean isMarked = false;
    boolean isDisabled = false;
    for (String line : lines) {
      isMarked |= MARKED.matcher(line).matches();
      isDisabled |= line.trim().startsWith("@Disabled");
      Matcher method = METHOD.matcher(line);
      Matcher architecture = ARCHITECTURE.matcher(line);
      if (method.matches()) {
        if (isMarked && !isDisabled) {
          tests.add(type + "." + method.group(1));
        }
        isMarked = false;
        isDisabled = false;
      } else if (architecture.matches()) {
        tests.add(type + "." + architecture.group(1));
      }
    }
    return tests;
  }

  /** The names of all files directly in the folder. */
  static Set<String> namesIn(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }
}
