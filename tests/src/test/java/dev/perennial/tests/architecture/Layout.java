package dev.perennial.tests.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The packages of this project, and which of them each may use.
 *
 * <p>A row of the table is a package or a class, an arrow, and the packages that it may use besides
 * its own. Names are relative to a base package, which itself is written as a dot. A class may use
 * what its package may use, and what its own row adds.
 */
final class Layout {
  private static final String ARROW = "->";

  private final String base;
  private final Map<String, Set<String>> rows = new LinkedHashMap<>();

  private Layout(String base) {
    this.base = base;
  }

  /** Reads a table of rows, with names below {@code base}. */
  static Layout of(String base, String table) {
    Layout layout = new Layout(base);
    for (String line : table.strip().split("\\R")) {
      String[] sides = line.split(ARROW, -1);
      if (sides.length != 2) {
        throw new IllegalArgumentException("Expected NAME -> NAMES but was " + line);
      }
      Set<String> uses =
          Arrays.stream(sides[1].strip().split("\\s+"))
              .filter(name -> !name.isEmpty())
              .map(layout::qualified)
              .collect(Collectors.toSet());
      if (layout.rows.put(layout.qualified(sides[0].strip()), uses) != null) {
        throw new IllegalArgumentException("There are two rows for " + sides[0].strip());
      }
    }
    return layout;
  }

  private String qualified(String name) {
    return name.equals(".") ? base : base + "." + name;
  }

  /** The dependencies that no row allows. */
  List<String> forbiddenUses(ClassGraph graph) {
    List<String> forbidden = new ArrayList<>();
    graph
        .edges()
        .forEach(
            (from, targets) ->
                targets.stream()
                    .filter(to -> !allows(from, to))
                    .forEach(to -> forbidden.add(relative(from) + " uses " + relative(to))));
    return forbidden;
  }

  /** The packages that have classes but no row. */
  List<String> unlistedPackages(ClassGraph graph) {
    return packages(graph).stream()
        .filter(name -> !rows.containsKey(name))
        .map(this::relative)
        .toList();
  }

  /** The rows of packages and classes that do not exist. */
  List<String> staleRows(ClassGraph graph) {
    SortedSet<String> packages = packages(graph);
    return rows.keySet().stream()
        .sorted()
        .filter(name -> !packages.contains(name) && !graph.edges().containsKey(name))
        .map(this::relative)
        .toList();
  }

  private boolean allows(String from, String to) {
    String target = packageOf(to);
    return target.equals(packageOf(from))
        || rows.getOrDefault(packageOf(from), Set.of()).contains(target)
        || rows.getOrDefault(from, Set.of()).contains(target);
  }

  private static String packageOf(String qualifiedName) {
    return qualifiedName.substring(0, qualifiedName.lastIndexOf('.'));
  }

  private static SortedSet<String> packages(ClassGraph graph) {
    return graph.edges().keySet().stream()
        .map(Layout::packageOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String relative(String qualifiedName) {
    return qualifiedName.equals(base) ? "." : qualifiedName.substring(base.length() + 1);
  }

  /** What each row allows, in the table's order and in names relative to the base package. */
  Map<String, List<String>> rows() {
    Map<String, List<String>> relative = new LinkedHashMap<>();
    rows.forEach(
        (name, uses) -> relative.put(relative(name), uses.stream().map(this::relative).toList()));
    return relative;
  }
}
