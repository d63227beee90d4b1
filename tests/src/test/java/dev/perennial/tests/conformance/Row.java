package dev.perennial.tests.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * A requirement, and the tests that prove it.
 *
 * @param id such as {@code H-204} or {@code F12}
 * @param words what has to hold; for a fault, what goes wrong
 * @param seen for a fault, what must happen; empty otherwise
 * @param proofs the JUnit tests
 * @param faults for another client's bug, the faults that cover it
 * @param notYet what is not proven, and why; empty when everything is
 */
record Row(
    String id, String words, String seen, List<Proof> proofs, List<String> faults, String notYet) {

  Row {
    proofs = List.copyOf(proofs);
    faults = List.copyOf(faults);
  }

  /** Returns whether another row is a part of this one, so that it proves it. */
  boolean isWholeOf(Row other) {
    return !id.contains("-") && other.id.startsWith(id + "-");
  }

  /**
   * A test.
   *
   * @param test such as {@code ATest.holds}
   * @param files the test's files of the parser's corpus
   */
  record Proof(String test, List<String> files) {
    Proof {
      files = List.copyOf(files);
    }
  }

  /**
   * A group of rows.
   *
   * @param text shown above the rows; may be empty
   */
  record Section(String title, String text, List<Row> rows) {
    Section {
      rows = List.copyOf(rows);
    }
  }

  /** Returns the rows of all sections. */
  static List<Row> all(List<Section> sections) {
    List<Row> rows = new ArrayList<>();
    sections.forEach(section -> rows.addAll(section.rows()));
    return rows;
  }
}
