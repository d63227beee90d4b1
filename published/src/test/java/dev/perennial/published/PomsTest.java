package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contents of the published POMs, and which modules are published. */
class PomsTest {
  private static final String VERSION = Artifact.ROOT_POM.text("/project/version");
  private static final Pattern DEPENDENCY =
      Pattern.compile("<artifactId>perennial-\\w+</artifactId>\\s*<version>([^<]*)</version>");

  @Test
  void bomListsThePublishedLibraries() {
    Pom bom = Artifact.bom().pom();

    List<String> listed = bom.texts("//dependencyManagement/dependencies/dependency/artifactId");

    assertEquals(Artifact.published().map(Artifact::name).sorted().toList(), sorted(listed));
    assertEquals(
        Set.of("${project.version}"), Set.copyOf(bom.texts("//dependencyManagement//version")));
  }

  @Test
  void bomManagesNoOtherVersions() {
    Pom bom = Artifact.bom().pom();

    assertEquals("", bom.text("/project/parent"));
    assertEquals(Set.of("dev.perennial"), Set.copyOf(bom.texts("//dependencyManagement//groupId")));
  }

  @Test
  void bomUsesThePluginVersionsOfTheRoot() {
    Pom bom = Artifact.bom().pom();
    List<String> plugins = bom.texts("//plugin/artifactId");

    assertFalse(plugins.isEmpty());
    for (String plugin : plugins) {
      assertEquals(
          Artifact.ROOT_POM.text("/project/properties/" + plugin + ".version"),
          bom.text("//plugin[artifactId='" + plugin + "']/version"),
          plugin);
    }
  }

  @Test
  void everyModuleHasTheSameVersion() {
    for (Artifact artifact : Artifact.all()) {
      assertEquals(VERSION, artifact.version(), artifact::toString);
    }
  }

  @Test
  void documentsAndConsumerNameThisVersion() throws IOException {
    List<String> others = new ArrayList<>();

    for (Path file : documents()) {
      Matcher dependency = DEPENDENCY.matcher(Files.readString(file));
      while (dependency.find()) {
        if (!dependency.group(1).equals(VERSION)) {
          others.add(Artifact.ROOT.relativize(file) + ": " + dependency.group());
        }
      }
    }

    assertEquals(List.of(), others);
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(Artifact.ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(
                  Artifact.ROOT.resolve("README.md"),
                  Artifact.ROOT.resolve("examples/consumer/pom.xml")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }

  @Test
  void everyPomHasANameAndADescription() {
    for (Artifact artifact : Artifact.all()) {
      assertFalse(artifact.pom().text("/project/name").isEmpty(), artifact::toString);
      assertFalse(artifact.pom().text("/project/description").isEmpty(), artifact::toString);
    }
  }

  @Test
  void rootAndBomHaveTheMetadataThatMavenCentralRequires() {
    for (String path :
        List.of(
            "/project/url",
            "/project/properties/project.build.outputTimestamp",
            "/project/licenses/license/name",
            "/project/licenses/license/url",
            "/project/developers/developer/name",
            "/project/scm/connection",
            "/project/scm/developerConnection",
            "/project/scm/url")) {
      assertFalse(Artifact.ROOT_POM.text(path).isEmpty(), path);
      assertEquals(Artifact.ROOT_POM.text(path), Artifact.bom().pom().text(path), path);
    }
  }

  @Test
  void onlyPublishedModulesAreInstalled() {
    for (Artifact artifact : Artifact.all()) {
      assertEquals(
          artifact.isPublished(),
          !artifact.property("maven.install.skip").equals("true"),
          artifact::toString);
    }
  }

  @Test
  void publishedLibrariesDependOnPublishedLibrariesOnly() {
    Set<String> published = Artifact.published().map(Artifact::name).collect(Collectors.toSet());

    for (Artifact artifact : Artifact.published().toList()) {
      List<String> missing =
          artifact.pom().dependencies().stream()
              .filter(Pom.Dependency::isShipped)
              .filter(dependency -> dependency.groupId().equals("dev.perennial"))
              .map(Pom.Dependency::artifactId)
              .filter(name -> !published.contains(name))
              .toList();

      assertEquals(List.of(), missing, artifact::toString);
    }
  }

  @Test
  void parentsOfPublishedModulesArePublished() {
    Set<String> published =
        Artifact.all().stream()
            .filter(Artifact::isPublished)
            .map(Artifact::name)
            .collect(Collectors.toCollection(TreeSet::new));
    published.add(Artifact.ROOT_POM.text("/project/artifactId"));

    for (Artifact artifact : Artifact.all()) {
      String parent = artifact.pom().text("/project/parent/artifactId");
      if (artifact.isPublished() && !parent.isEmpty()) {
        assertTrue(published.contains(parent), () -> artifact + " inherits from " + parent);
      }
    }
  }

  @Test
  void everyPublishedLibraryInheritsFromTheLibraryParent() {
    for (Artifact artifact : Artifact.published().toList()) {
      assertEquals(
          "perennial-library-parent",
          artifact.pom().text("/project/parent/artifactId"),
          artifact::toString);
    }
  }

  private static List<String> sorted(List<String> names) {
    return names.stream().sorted().toList();
  }
}
