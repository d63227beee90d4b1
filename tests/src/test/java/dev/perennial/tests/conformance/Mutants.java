package dev.perennial.tests.conformance;

import java.util.List;

/** The seeded bugs that the rules have to find. */
@FunctionalInterface
public interface Mutants {

  /** No seeded bugs: the page has no table of them. */
  Mutants NONE = List::of;

  List<Mutant> all();

  /**
   * An edit of this library's own source that breaks it.
   *
   * @param id short and unique
   * @param change describes the bug in a few words
   * @param rules the ids of the rules that find it
   */
  record Mutant(String id, String change, List<String> rules) {
    public Mutant {
      rules = List.copyOf(rules);
    }
  }
}
