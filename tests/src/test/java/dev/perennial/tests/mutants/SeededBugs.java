package dev.perennial.tests.mutants;

import dev.perennial.tests.conformance.Mutants.Mutant;
import java.util.List;

/** The mutations as the page on conformance shows them. */
public final class SeededBugs {
  private SeededBugs() {}

  /** In the order of the list. */
  public static List<Mutant> all() {
    return Mutations.ALL.stream()
        .map(
            one ->
                new Mutant(
                    one.name(),
                    one.words() + ", in " + one.file().substring(one.file().lastIndexOf('/') + 1),
                    one.caughtBy().stream().sorted().toList()))
        .toList();
  }
}
