package dev.perennial.tests.mutants;

import dev.perennial.conformance.Protocol;
import java.util.Set;
import java.util.TreeSet;

/**
 * One bug, seeded into one place of this library's own source.
 *
 * @param name what it is called, such as {@code bom-kept}
 * @param words what it does wrong, in a few words
 * @param file the source, from the project's folder
 * @param before the text of the source that is replaced; it occurs once
 * @param after the text of the mutant in its place
 * @param over the transport that is tried
 * @param caughtBy rules of which at least one has to fail
 * @param mayFail rules that concern the same behaviour, and may fail too
 */
record Mutation(
    String name,
    String words,
    String file,
    String before,
    String after,
    Protocol over,
    Set<String> caughtBy,
    Set<String> mayFail) {

  /** The rules that may fail; any other is an unrelated one. */
  Set<String> related() {
    Set<String> related = new TreeSet<>(caughtBy);
    related.addAll(mayFail);
    return related;
  }

  /** The mutant's source. */
  String applied(String source) {
    int at = source.indexOf(before);
    if (at < 0 || source.indexOf(before, at + 1) >= 0) {
      throw new AssertionError(
          "Mutation "
              + name
              + " no longer applies: expected once in "
              + file
              + (at < 0 ? " but is not there: " : " but is there more than once: ")
              + before);
    }
    return source.substring(0, at) + after + source.substring(at + before.length());
  }

  Mutation mayFail(String... rules) {
    return new Mutation(name, words, file, before, after, over, caughtBy, Set.of(rules));
  }

  @Override
  public String toString() {
    return name;
  }
}
