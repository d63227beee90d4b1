package dev.perennial.tests;

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

/** Reads the tables of rules and tells what is wrong with them. */
final class ConformanceTable {
  private static final Pattern SECTION = Pattern.compile("## (.+)");
  private static final Pattern ID = Pattern.compile("[A-Z][A-Za-z0-9.]*(-[A-Za-z0-9.]+)*");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern TEST = Pattern.compile("[A-Z]\\w*\\.[a-z]\\w*");
  private static final Pattern CORPUS_FILE = Pattern.compile("[\\w-]+\\.sse");
  private static final Pattern MARKED =
      Pattern.compile("\\s*@(Test|ParameterizedTest|RepeatedTest|Property)\\b.*");
  private static final Pattern METHOD = Pattern.compile("\\s+[\\w ]*\\bvoid (\\w+)\\(.*");

  private final Set<String> sections;
  private final Map<String, Integer> tests;
  private final Set<String> corpus;

  /**
   * Tables that are to be checked.
   *
   * @param sections that the page must have
   * @param tests how many tests there are of each {@code Class.method}
   * @param corpus the names of the files that a test may be cited with
   */
  ConformanceTable(Set<String> sections, Map<String, Integer> tests, Set<String> corpus) {
    this.sections = sections;
    this.tests = tests;
    this.corpus = corpus;
  }

  /** One line for each thing that is wrong with the page; empty when nothing is. */
  List<String> problemsOf(String page) {
    List<String> problems = new ArrayList<>();
    Map<String, Integer> rows = new LinkedHashMap<>();
    Set<String> ids = new HashSet<>();
    String section = "";
    for (String line : page.split("\n", -1)) {
      Matcher heading = SECTION.matcher(line);
      if (heading.matches()) {
        section = heading.group(1);
        rows.merge(section, 0, Integer::sum);
      } else if (isRow(line)) {
        rows.merge(section, 1, Integer::sum);
        checkRow(line, ids, problems);
      }
    }
    for (String expected : sections) {
      if (rows.getOrDefault(expected, 0) == 0) {
        problems.add("Expected a section \"" + expected + "\" with rules but there is none");
      }
    }
    return problems;
  }

  private static boolean isRow(String line) {
    return line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| id |");
  }

  private void checkRow(String line, Set<String> ids, List<String> problems) {
    String[] cells = line.substring(1).split("\\|", -1);
    String id = cells[0].trim();
    if (cells.length != 4 || !cells[3].isBlank() || cells[1].isBlank()) {
      problems.add(id + ": expected id, rule and tests but was " + line);
      return;
    }
    if (!ID.matcher(id).matches()) {
      problems.add(id + ": expected an id such as H-204");
    }
    if (!ids.add(id)) {
      problems.add(id + ": the id stands there twice");
    }
    checkTests(id, cells[2], problems);
  }

  private void checkTests(String id, String cell, List<String> problems) {
    int named = 0;
    Matcher names = NAME.matcher(cell);
    while (names.find()) {
      String name = names.group(1);
      if (CORPUS_FILE.matcher(name).matches()) {
        if (!corpus.contains(name)) {
          problems.add(id + ": there is no file " + name);
        }
        continue;
      }
      named++;
      String problem = problemOf(name);
      if (problem != null) {
        problems.add(id + ": " + problem);
      }
    }
    if (named == 0) {
      problems.add(id + ": expected a test but none is named");
    }
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
          .filter(ConformanceTable::isTestSource)
          .forEach(file -> testsOf(file).forEach(name -> tests.merge(name, 1, Integer::sum)));
    }
    return tests;
  }

  private static boolean isTestSource(Path file) {
    String path = file.toString().replace('\\', '/');
    return path.contains("/src/test/java/") && path.endsWith(".java");
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
      if (method.matches()) {
        if (isMarked && !isDisabled) {
          tests.add(type + "." + method.group(1));
        }
        isMarked = false;
        isDisabled = false;
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
