package dev.perennial.tests.conformance;

import dev.perennial.tests.conformance.Row.Proof;
import dev.perennial.tests.conformance.Row.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads rows in the format that the head of {@code requirements.txt} describes. */
final class RowReader {
  private static final Pattern SECTION = Pattern.compile("## (.+)");
  private static final Pattern ROW = Pattern.compile("(\\S+) {2,}(\\S.*)");
  private static final Pattern PROOF = Pattern.compile("(\\w+\\.\\w+)(?: with (.+))?");
  private static final String SEEN = "seen: ";
  private static final String FAULTS = "faults: ";
  private static final String NOT_YET = "not yet: ";

  private final String file;
  private final List<Section> sections = new ArrayList<>();
  private int line;

  // The current section.
  private String title = "";
  private final List<String> text = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  // The current row; its id is empty before the first one.
  private String id = "";
  private String words = "";
  private String seen = "";
  private String notYet = "";
  private final List<Proof> proofs = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private RowReader(String file) {
    this.file = file;
  }

  /**
   * Reads the sections of a file.
   *
   * @throws IllegalArgumentException if a line is not valid at its place
   */
  static List<Section> read(String file, String content) {
    RowReader reader = new RowReader(file);
    for (String line : content.split("\n", -1)) {
      reader.line++;
      reader.take(line.stripTrailing());
    }
    reader.endSection();
    return reader.sections;
  }

  private void take(String content) {
    Matcher section = SECTION.matcher(content);
    Matcher row = ROW.matcher(content);
    if (section.matches()) {
      endSection();
      title = section.group(1);
    } else if (content.isEmpty() || content.startsWith("#")) {
      return;
    } else if (content.startsWith(" ")) {
      detail(content.strip());
    } else if (row.matches()) {
      endRow();
      id = row.group(1);
      words = row.group(2);
    } else if (id.isEmpty()) {
      text.add(content);
    } else {
      throw unexpected("an id, two spaces and a rule", content);
    }
  }

  private void detail(String content) {
    Matcher proof = PROOF.matcher(content);
    if (id.isEmpty()) {
      throw unexpected("a row above what proves it", content);
    } else if (content.startsWith(SEEN)) {
      seen = content.substring(SEEN.length());
    } else if (content.startsWith(NOT_YET)) {
      notYet = content.substring(NOT_YET.length());
    } else if (content.startsWith(FAULTS)) {
      faults.addAll(List.of(content.substring(FAULTS.length()).split(", ")));
    } else if (proof.matches()) {
      String files = proof.group(2);
      proofs.add(new Proof(proof.group(1), files == null ? List.of() : List.of(files.split(", "))));
    } else {
      throw unexpected("Class.method, seen:, faults: or not yet:", content);
    }
  }

  private void endRow() {
    if (!id.isEmpty()) {
      rows.add(new Row(id, words, seen, proofs, faults, notYet));
    }
    id = "";
    seen = "";
    notYet = "";
    proofs.clear();
    faults.clear();
  }

  private void endSection() {
    endRow();
    if (!title.isEmpty()) {
      sections.add(new Section(title, String.join("\n", text), rows));
    }
    text.clear();
    rows.clear();
  }

  private IllegalArgumentException unexpected(String expected, String was) {
    return new IllegalArgumentException(
        file + ":" + line + ": expected " + expected + " but was " + was);
  }
}
