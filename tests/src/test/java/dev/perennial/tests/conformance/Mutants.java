package dev.perennial.tests.conformance;

import java.util.List;

/** The edits of the library's own source that rules of the kit have to find. */
@FunctionalInterface
public interface Mutants {

  /** No edits: the page has no table of them. */
  Mutants NONE = List::of;

  List<Mutant> all();

  /**
   * One edit.
   *
   * @param id short and unique
   * @param change what is broken, in a few words
   * @param rules the ids of the rules that find it
   */
  record Mutant(String id, String change, List<String> rules) {
    public Mutant {
      rules = List.copyOf(rules);
    }
  }
}
