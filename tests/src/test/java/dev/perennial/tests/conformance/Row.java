package dev.perennial.tests.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that has to hold, and the tests that prove it.
 *
 * @param id such as {@code H-204} or {@code F12}
 * @param words what has to hold; of a fault, what goes wrong
 * @param seen of a fault, what must be seen; empty otherwise
 * @param proofs the tests of JUnit
 * @param faults of another client's bug, the faults that it is one of
 * @param notYet what nothing proves, and why; empty when all is proven
 */
record Row(
    String id, String words, String seen, List<Proof> proofs, List<String> faults, String notYet) {

  Row {
    proofs = List.copyOf(proofs);
    faults = List.copyOf(faults);
  }

  /** Whether it stands for others: its id begins theirs, and they prove it. */
  boolean isWholeOf(Row other) {
    return !id.contains("-") && other.id.startsWith(id + "-");
  }

  /**
   * A test.
   *
   * @param test such as {@code ATest.holds}
   * @param files of the parser's corpus that show it
   */
  record Proof(String test, List<String> files) {
    Proof {
      files = List.copyOf(files);
    }
  }

  /**
   * Rows of one kind.
   *
   * @param text for readers, above the rows; may be empty
   */
  record Section(String title, String text, List<Row> rows) {
    Section {
      rows = List.copyOf(rows);
    }
  }

  /** The rows of all sections. */
  static List<Row> all(List<Section> sections) {
    List<Row> rows = new ArrayList<>();
    sections.forEach(section -> rows.addAll(section.rows()));
    return rows;
  }
}
