package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the documents show the compiled examples. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

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

    for (Path document : Snippets.files(Snippets.ROOT.resolve("docs"), ".md")) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        if (!Files.exists(document.resolveSibling(link.group(1)))) {
          broken.add(Snippets.ROOT.relativize(document) + " -> " + link.group(1));
        }
      }
    }

    assertEquals(List.of(), broken);
  }

  private static List<Snippets.Block> blocks() throws IOException {
    List<Snippets.Block> blocks = new ArrayList<>(Snippets.blocks("docs/recipes.md"));
    blocks.addAll(Snippets.blocks("docs/guide"));
    blocks.addAll(Snippets.blocks("docs/testing-your-app.md"));
    blocks.addAll(Snippets.blocks("docs/conformance-kit.md"));
    return blocks;
  }
}
