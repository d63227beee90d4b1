package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the documents and the compiled examples together. With {@code -Dperennial.write=true} the
 * blocks of code in the documents are first replaced by the regions that they show.
 */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(#[^)]*)?\\)");
  private static final int MAX_COLUMNS = 120;

  @BeforeAll
  static void writeBlocks() throws IOException {
    if (Boolean.getBoolean("perennial.write")) {
      Map<String, String> regions = Snippets.regions();
      for (Path document : documents()) {
        String text = Files.readString(document);
        String written = Snippets.withBlocks(text, regions);
        if (!written.equals(text)) {
          Files.writeString(document, written);
        }
      }
    }
  }

  @Test
  void everyBlockOfCodeIsARegionThatCompiles() throws IOException {
    Map<String, String> regions = Snippets.regions();
    List<Snippets.Block> blocks = blocks();

    assertTrue(blocks.size() >= 2, blocks::toString);
    for (Snippets.Block block : blocks) {
      assertTrue(
          regions.containsKey(block.name()),
          () -> block.place() + " shows no region but \"" + block.name() + "\"");
      assertEquals(regions.get(block.name()), block.code(), block.place());
    }
  }

  @Test
  void everyRegionIsShown() throws IOException {
    TreeSet<String> unused = new TreeSet<>(Snippets.regions().keySet());

    blocks().forEach(block -> unused.remove(block.name()));

    assertEquals(new TreeSet<String>(), unused);
  }

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();

    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        String path = link.group(1);
        String anchor = link.group(2);
        Path target = path.isEmpty() ? document : document.resolveSibling(path);
        boolean isMissing = !Files.exists(target);
        if (isMissing || (anchor != null && !anchors(target).contains(anchor))) {
          broken.add(Snippets.ROOT.relativize(document) + " -> " + link.group());
        }
      }
    }

    assertEquals(List.of(), broken);
  }

  /** The anchors of a page's headings, as GitHub makes them. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new HashSet<>();
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("#")) {
        String title = line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT);
        anchors.add("#" + title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
      }
    }
    return anchors;
  }

  @Test
  void noLineOfTextIsTooLong() throws IOException {
    List<String> tooLong = new ArrayList<>();

    for (Path document : documents()) {
      boolean isCode = false;
      List<String> lines = Files.readAllLines(document);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        isCode = line.strip().startsWith("```") != isCode;
        boolean mayBeLong = isCode || line.startsWith("|") || line.startsWith("<img ");
        if (!mayBeLong && line.length() > MAX_COLUMNS) {
          tooLong.add(Snippets.ROOT.relativize(document) + ":" + (i + 1));
        }
      }
    }

    assertEquals(List.of(), tooLong);
  }

  private static List<Path> documents() {
    List<Path> documents = new ArrayList<>(Snippets.files(Snippets.ROOT.resolve("docs"), ".md"));
    for (String name : List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")) {
      documents.add(Snippets.ROOT.resolve(name));
    }
    return documents;
  }

  private static List<Snippets.Block> blocks() throws IOException {
    List<Snippets.Block> blocks = new ArrayList<>(Snippets.blocks("docs"));
    blocks.addAll(Snippets.blocks("README.md"));
    return blocks;
  }
}
