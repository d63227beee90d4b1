package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The POM and the Gradle Module Metadata list the same dependencies, except for OkHttp: Maven needs
 * {@code okhttp-jvm}, but Gradle needs {@code okhttp} and picks its variant for the JVM or Android.
 */
class GradleMetadataTest {
  private static final String MARKER = "do_not_remove: published-with-gradle-metadata";
  private static final List<String> CODE_VARIANTS = List.of("apiElements", "runtimeElements");

  static Stream<Artifact> published() {
    return Artifact.published();
  }

  @Test
  void librariesAreFound() {
    assertTrue(Artifact.published().count() >= 5);
  }

  @ParameterizedTest
  @MethodSource("published")
  void dependenciesNameNoSingleVariant(Artifact artifact) {
    for (String variant : CODE_VARIANTS) {
      Set<String> modules = requirements(artifact, variant).keySet();

      assertEquals(
          List.of(), modules.stream().filter(name -> name.endsWith("-jvm")).toList(), variant);
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void dependenciesAreThoseOfThePom(Artifact artifact) {
    List<Pom.Dependency> dependencies =
        artifact.pom().dependencies().stream().filter(Pom.Dependency::isShipped).toList();

    assertEquals(
        gradleNames(dependencies.stream().filter(each -> each.scope().equals("compile"))),
        requirements(artifact, "apiElements").keySet());
    assertEquals(
        gradleNames(dependencies.stream()), requirements(artifact, "runtimeElements").keySet());
  }

  private static Set<String> gradleNames(Stream<Pom.Dependency> dependencies) {
    return dependencies
        .map(dependency -> dependency.groupId() + ":" + dependency.artifactId())
        .map(name -> name.equals("com.squareup.okhttp3:okhttp-jvm") ? OKHTTP : name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static final String OKHTTP = "com.squareup.okhttp3:okhttp";

  @Test
  void pomNamesOkHttpForTheJvm() {
    List<String> naming =
        Artifact.published()
            .filter(artifact -> !artifact.pom().texts("//artifactId[.='okhttp-jvm']").isEmpty())
            .map(Artifact::name)
            .sorted()
            .toList();
    List<String> wrong =
        Artifact.published()
            .filter(artifact -> !artifact.pom().texts("//artifactId[.='okhttp']").isEmpty())
            .map(Artifact::name)
            .toList();

    assertTrue(naming.contains("perennial-http"), naming::toString);
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @MethodSource("published")
  void versionsAreThoseOfMaven(Artifact artifact) {
    Map<String, String> resolved = Sbom.of(artifact).versions();

    requirements(artifact, "runtimeElements")
        .forEach(
            (name, version) ->
                assertEquals(resolved.getOrDefault(name + "-jvm", resolved.get(name)), version));
  }

  @ParameterizedTest
  @MethodSource("published")
  void pomStartsWithTheMarkerThatGradleLooksFor(Artifact artifact) {
    List<String> comments =
        artifact.pom().texts("/project/comment()[not(preceding-sibling::modelVersion)]");

    assertEquals(List.of(MARKER), comments);
  }

  @ParameterizedTest
  @MethodSource("published")
  void componentHasTheCoordinatesOfThePom(Artifact artifact) {
    JsonNode component = artifact.gradleMetadata().path("component");

    assertEquals("dev.perennial", component.path("group").textValue());
    assertEquals(artifact.name(), component.path("module").textValue());
    assertEquals(artifact.version(), component.path("version").textValue());
  }

  @ParameterizedTest
  @MethodSource("published")
  void variantsAreForJava17(Artifact artifact) {
    for (String name : CODE_VARIANTS) {
      JsonNode attributes = variant(artifact, name).path("attributes");

      assertEquals(17, attributes.path("org.gradle.jvm.version").intValue(), name);
      assertEquals("jar", attributes.path("org.gradle.libraryelements").textValue(), name);
      assertEquals("library", attributes.path("org.gradle.category").textValue(), name);
      assertEquals(
          name.equals("apiElements") ? "java-api" : "java-runtime",
          attributes.path("org.gradle.usage").textValue(),
          name);
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void filesHaveNameSizeAndHashOfTheJars(Artifact artifact) throws Exception {
    Map<String, Path> jars =
        Map.of(
            "apiElements", artifact.jar(),
            "runtimeElements", artifact.jar(),
            "sourcesElements", artifact.sourcesJar(),
            "javadocElements", artifact.javadocJar());

    for (Map.Entry<String, Path> jar : jars.entrySet()) {
      JsonNode file = variant(artifact, jar.getKey()).path("files").path(0);

      assertEquals(jar.getValue().getFileName().toString(), file.path("url").textValue());
      assertEquals(Files.size(jar.getValue()), file.path("size").longValue());
      assertEquals(sha256(jar.getValue()), file.path("sha256").textValue());
    }
  }

  @Test
  void slf4jIsExcludedFromResilience4j() {
    Artifact core =
        Artifact.published()
            .filter(artifact -> artifact.name().equals("perennial-core"))
            .findFirst()
            .orElseThrow();

    JsonNode retry =
        elements(variant(core, "runtimeElements").path("dependencies"))
            .filter(each -> each.path("module").textValue().equals("resilience4j-retry"))
            .findFirst()
            .orElseThrow();

    assertEquals("slf4j-api", retry.path("excludes").path(0).path("module").textValue());
  }

  /** Returns the required versions by {@code group:module}. */
  private static Map<String, String> requirements(Artifact artifact, String variant) {
    Map<String, String> requirements = new TreeMap<>();
    elements(variant(artifact, variant).path("dependencies"))
        .forEach(
            dependency ->
                requirements.put(
                    dependency.path("group").textValue()
                        + ":"
                        + dependency.path("module").textValue(),
                    dependency.path("version").path("requires").asText()));
    assertFalse(requirements.isEmpty(), variant);
    return requirements;
  }

  private static JsonNode variant(Artifact artifact, String name) {
    return elements(artifact.gradleMetadata().path("variants"))
        .filter(variant -> variant.path("name").textValue().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("Expected the variant " + name + " of " + artifact));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
