package dev.perennial.published;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A module of this build, and the files that the build makes from it. */
final class Artifact {
  /** The folder of the root POM. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Pom ROOT_POM = Pom.read(ROOT.resolve("pom.xml"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Pom pom;

  private Artifact(String folder) {
    this.folder = ROOT.resolve(folder);
    this.pom = Pom.read(this.folder.resolve("pom.xml"));
  }

  static List<Artifact> all() {
    return ROOT_POM.texts("/project/modules/module").stream().map(Artifact::new).toList();
  }

  /** Returns the modules whose jars are published. */
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

  /** Returns the version, which most modules inherit. */
  String version() {
    return pom.text("/project/version | /project/parent/version");
  }

  boolean isPublished() {
    return !property("maven.deploy.skip").equals("true");
  }

  /** Returns the property from this POM or the nearest parent that sets it; empty if none does. */
  String property(String name) {
    String path = "/project/properties/" + name;
    String own = pom.text(path);
    return own.isEmpty()
        ? parent().map(each -> each.property(name)).orElse(ROOT_POM.text(path))
        : own;
  }

  /** Returns the parent module; empty if the parent is the root POM. */
  private Optional<Artifact> parent() {
    String parent = pom.text("/project/parent/artifactId");
    return all().stream().filter(each -> each.name().equals(parent)).findFirst();
  }

  boolean isJar() {
    return !pom.text("/project/packaging").equals("pom");
  }

  /** Returns the folder of the sources. */
  Path sources() {
    return folder.resolve(Path.of("src", "main", "java"));
  }

  String moduleName() {
    return module().name();
  }

  /** Returns whether the module exports the package to everyone. */
  boolean exports(String packageName) {
    return exportedPackages().contains(packageName);
  }

  /** Returns the packages that the module exports to everyone, sorted. */
  Set<String> exportedPackages() {
    return module().exports().stream()
        .filter(exports -> !exports.isQualified())
        .map(ModuleDescriptor.Exports::source)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the module descriptor in the jar. */
  ModuleDescriptor module() {
    return ModuleFinder.of(jar()).findAll().iterator().next().descriptor();
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

  private Path file(String suffix) {
    return folder.resolve("target").resolve(name() + "-" + version() + suffix);
  }

  /** Returns the Gradle Module Metadata. */
  JsonNode gradleMetadata() {
    return json("target/publications/maven/module.json");
  }

  /** Returns the SBOM. */
  JsonNode sbom() {
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
