package dev.perennial.published;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A module of this build, and the files that the build has made of it. */
final class Artifact {
  /** The project. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Pom PARENT = Pom.read(ROOT.resolve("pom.xml"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Pom pom;

  private Artifact(String folder) {
    this.folder = ROOT.resolve(folder);
    this.pom = Pom.read(this.folder.resolve("pom.xml"));
  }

  static List<Artifact> all() {
    return PARENT.texts("/project/modules/module").stream().map(Artifact::new).toList();
  }

  /** The jars that are published. */
  static Stream<Artifact> published() {
    return all().stream().filter(Artifact::isPublished).filter(Artifact::isJar);
  }

  static Artifact bom() {
    return all().stream()
        .filter(artifact -> artifact.name().equals("perennial-bom"))
        .findFirst()
        .orElseThrow();
  }

  Pom pom() {
    return pom;
  }

  String name() {
    return pom.text("/project/artifactId");
  }

  /** The version, which is the parent's where there is one. */
  String version() {
    return pom.text("/project/version | /project/parent/version");
  }

  boolean isPublished() {
    return !property("maven.deploy.skip").equals("true");
  }

  /** The property's value in this POM or the nearest parent that sets it; empty if none does. */
  String property(String name) {
    String path = "/project/properties/" + name;
    String own = pom.text(path);
    return own.isEmpty()
        ? parent().map(each -> each.property(name)).orElse(PARENT.text(path))
        : own;
  }

  /** The parent, unless it is the root POM. */
  private Optional<Artifact> parent() {
    String parent = pom.text("/project/parent/artifactId");
    return all().stream().filter(each -> each.name().equals(parent)).findFirst();
  }

  boolean isJar() {
    return !pom.text("/project/packaging").equals("pom");
  }

  Path jar() {
    return file(".jar");
  }

  Path sourcesJar() {
    return file("-sources.jar");
  }

  Path javadocJar() {
    return file("-javadoc.jar");
  }

  private Path file(String ending) {
    return folder.resolve("target").resolve(name() + "-" + version() + ending);
  }

  /** What Gradle is told. */
  JsonNode gradleMetadata() {
    return json("target/publications/maven/module.json");
  }

  /** The list of materials. */
  JsonNode materials() {
    return json("target/bom.json");
  }

  private JsonNode json(String file) {
    try {
      return JSON.readTree(folder.resolve(file).toFile());
    } catch (IOException e) {
      throw new AssertionError("Expected " + file + " of " + name() + ": run mvn verify", e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
