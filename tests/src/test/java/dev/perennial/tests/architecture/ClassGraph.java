package dev.perennial.tests.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Which top-level class depends on which. A nested class counts as the class that it is written in.
 *
 * <p>A dependency is a class that jdeps finds in a class file. It sees more than ArchUnit, which
 * does not see the type of a value that is only passed on. One thing does not count: that a sealed
 * type lists the types it permits. Otherwise each sealed type would be in a cycle with the records
 * that implement it, whatever the code does.
 */
final class ClassGraph {
  private static final Pattern DEPENDENCY = Pattern.compile("\\s+(\\S+)\\s+-> (\\S+)\\s.*");

  private final SortedMap<String, SortedSet<String>> edges = new TreeMap<>();

  private ClassGraph() {}

  /** Reads the class files of {@code classes}; those that jdeps reads are copied to a folder. */
  static ClassGraph of(JavaClasses classes, Path folder) throws IOException {
    ClassGraph graph = new ClassGraph();
    for (JavaClass each : classes) {
      graph.edges.putIfAbsent(topLevel(each.getName()), new TreeSet<>());
    }
    for (String line : jdeps(classes, folder).split("\\R")) {
      Matcher dependency = DEPENDENCY.matcher(line);
      if (dependency.matches()) {
        graph.add(topLevel(dependency.group(1)), topLevel(dependency.group(2)));
      }
    }
    for (JavaClass each : classes) {
      graph.removePermitted(each);
    }
    return graph;
  }

  private static String jdeps(JavaClasses classes, Path folder) throws IOException {
    for (JavaClass each : classes) {
      String file = each.getName().replace('.', '/') + ".class";
      Path copy = folder.resolve(file);
      Files.createDirectories(copy.getParent());
      try (InputStream content = ClassGraph.class.getClassLoader().getResourceAsStream(file)) {
        Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    StringWriter output = new StringWriter();
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(output, true),
                new PrintWriter(output, true),
                "--ignore-missing-deps",
                "-verbose:class",
                "-filter:none",
                folder.toString());
    if (status != 0) {
      throw new AssertionError("jdeps failed: " + output);
    }
    return output.toString();
  }

  private void add(String from, String to) {
    if (!from.equals(to) && edges.containsKey(to)) {
      edges.get(from).add(to);
    }
  }

  /** Removes what only the list of permitted types makes; ArchUnit does not read that list. */
  private void removePermitted(JavaClass sealed) {
    Class<?>[] permitted = sealed.reflect().getPermittedSubclasses();
    if (permitted == null) {
      return;
    }
    String from = topLevel(sealed.getName());
    for (Class<?> each : permitted) {
      String to = topLevel(each.getName());
      boolean isUsed =
          sealed.getDirectDependenciesFromSelf().stream()
              .map(Dependency::getTargetClass)
              .anyMatch(target -> topLevel(target.getBaseComponentType().getName()).equals(to));
      if (!isUsed) {
        edges.get(from).remove(to);
      }
    }
  }

  private static String topLevel(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** Each class with the classes that it depends on. */
  SortedMap<String, SortedSet<String>> edges() {
    return Collections.unmodifiableSortedMap(edges);
  }

  /**
   * The groups of classes that all depend on each other, directly or not: the strongly connected
   * components of more than one class. The largest group comes first.
   */
  List<SortedSet<String>> cycles() {
    Map<String, SortedSet<String>> reached = new HashMap<>();
    edges.keySet().forEach(name -> reached.put(name, reachableFrom(name)));
    List<SortedSet<String>> groups = new ArrayList<>();
    for (String name : edges.keySet()) {
      SortedSet<String> group = new TreeSet<>(reached.get(name));
      group.removeIf(other -> !reached.get(other).contains(name));
      if (group.size() > 1 && group.first().equals(name)) {
        groups.add(group);
      }
    }
    groups.sort(Comparator.comparing(group -> -group.size()));
    return groups;
  }

  private SortedSet<String> reachableFrom(String start) {
    SortedSet<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      for (String next : edges.get(open.pop())) {
        if (reached.add(next)) {
          open.push(next);
        }
      }
    }
    return reached;
  }
}
