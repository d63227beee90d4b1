package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The public API of each library is the one in {@code api/}, so that every change of it shows in a
 * commit.
 */
class PublicApiTest {
  private static final Path FOLDER = Artifact.ROOT.resolve("api");
  private static final String COMMAND =
      "mvn verify -pl published -am -Dtest=PublicApiTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.javadoc.skip -Dperennial.write=true";

  static Stream<Artifact> published() {
    return Artifact.published();
  }

  @ParameterizedTest
  @MethodSource("published")
  void apiIsTheOneOfTheFile(Artifact artifact) throws IOException {
    List<String> actual = PublicApi.of(artifact);
    Path file = file(artifact);
    if (Boolean.getBoolean("perennial.write")) {
      Files.createDirectories(FOLDER);
      Files.write(file, actual);
    }

    List<String> expected = Files.exists(file) ? Files.readAllLines(file) : List.of();

    if (!actual.equals(expected)) {
      fail(
          "The public API differs from api/%s:\n%s\nIf the change is intended, write the file:\n  %s"
              .formatted(file.getFileName(), LineDiff.of(expected, actual), COMMAND));
    }
    assertTrue(actual.size() > 5, actual::toString);
  }

  @Test
  void everyFileIsOfAPublishedLibrary() throws IOException {
    List<Path> expected = Artifact.published().map(PublicApiTest::file).sorted().toList();

    try (Stream<Path> files = Files.list(FOLDER)) {
      assertEquals(expected, files.sorted().toList());
    }
  }

  private static Path file(Artifact artifact) {
    return FOLDER.resolve(artifact.name() + ".txt");
  }
}
