package dev.perennial.tests.conformance;

import dev.perennial.conformance.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the proofs of each row: rules, tests, and other rows. */
final class Proofs {
  private static final Pattern RULE_ID = Pattern.compile("[a-z]+(-[a-z0-9]+)+");

  private final List<Row> rows;
  private final List<Rule> rules;

  Proofs(List<Row> rows, List<Rule> rules) {
    this.rows = List.copyOf(rows);
    this.rules = List.copyOf(rules);
  }

  /** Returns the rules that cover a row, in their order. */
  List<Rule> rulesFor(Row row) {
    return rules.stream().filter(rule -> rule.covers().contains(row.id())).toList();
  }

  /** Returns the rows that prove a row, since its id begins theirs. */
  List<Row> partsOf(Row whole) {
    return rows.stream().filter(whole::isWholeOf).toList();
  }

  private boolean isProven(Row row) {
    return !row.proofs().isEmpty()
        || !rulesFor(row).isEmpty()
        || !partsOf(row).isEmpty()
        || row.faults().stream().anyMatch(this::isRow);
  }

  private boolean isRow(String id) {
    return rows.stream().anyMatch(row -> row.id().equals(id));
  }

  /** Returns a line for each row without a proof or a reason. */
  List<String> unproven() {
    return rows.stream()
        .filter(row -> row.notYet().isEmpty() && !isProven(row))
        .map(row -> row.id() + ": expected a rule of the kit, a test, or \"not yet: \" and why")
        .toList();
  }

  /** Returns a line for each id that is named and has no row. */
  List<String> unknown() {
    List<String> problems = new ArrayList<>();
    for (Rule rule : rules) {
      rule.covers().stream()
          .sorted()
          .filter(id -> !isRow(id))
          .forEach(id -> problems.add(rule.id() + " covers " + id + ", which is no row"));
    }
    for (Row row : rows) {
      row.faults().stream()
          .filter(id -> !isRow(id))
          .forEach(id -> problems.add(row.id() + " is of " + id + ", which is no row"));
    }
    return problems;
  }

  /** Returns a line for each rule with an invalid or duplicate id, sentence or source. */
  List<String> oddRules() {
    List<String> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Rule rule : rules) {
      if (!RULE_ID.matcher(rule.id()).matches()) {
        problems.add(rule.id() + ": expected an id such as resume-02 or http-410");
      }
      if (!ids.add(rule.id())) {
        problems.add(rule.id() + ": the id is there twice");
      }
      if (rule.source().isBlank()) {
        problems.add(rule.id() + ": expected a source but there is none");
      }
      if (!rule.sentence().endsWith(".")) {
        problems.add(rule.id() + ": expected a sentence but was " + rule.sentence());
      }
    }
    return problems;
  }
}
