package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The SBOM of each library lists its runtime dependencies and nothing else. */
class SbomTest {
  private static final List<String> CORE =
      List.of(
          "io.github.resilience4j:resilience4j-core",
          "io.github.resilience4j:resilience4j-retry",
          "org.jspecify:jspecify",
          "org.reactivestreams:reactive-streams");

  private static final List<String> OF_JACKSON =
      List.of(
          "com.fasterxml.jackson.core:jackson-annotations",
          "com.fasterxml.jackson.core:jackson-core",
          "com.fasterxml.jackson.core:jackson-databind");

  private static final List<String> OF_HTTP =
      with(
          OF_JACKSON,
          "com.squareup.okhttp3:okhttp-jvm",
          "com.squareup.okio:okio-jvm",
          "dev.perennial:perennial-core",
          "org.jetbrains.kotlin:kotlin-stdlib",
          "org.jetbrains:annotations");

  private static final List<String> OF_TRANSPORTS = with(OF_HTTP, "dev.perennial:perennial-http");

  /** The dependencies of each library, other than those of core. */
  private static final Map<String, List<String>> OTHERS =
      Map.of(
          "perennial-core",
          List.of(),
          "perennial-http",
          OF_HTTP,
          "perennial-sse",
          OF_TRANSPORTS,
          "perennial-ndjson",
          OF_TRANSPORTS,
          "perennial-websocket",
          OF_TRANSPORTS,
          "perennial-jackson3",
          List.of(
              "com.fasterxml.jackson.core:jackson-annotations",
              "dev.perennial:perennial-core",
              "tools.jackson.core:jackson-core",
              "tools.jackson.core:jackson-databind"),
          "perennial-micrometer",
          List.of(
              "dev.perennial:perennial-core",
              "io.micrometer:micrometer-commons",
              "io.micrometer:micrometer-core",
              "io.micrometer:micrometer-observation",
              "org.hdrhistogram:HdrHistogram"),
          "perennial-jdbc",
          List.of("dev.perennial:perennial-core"),
          "perennial-testkit",
          with(OF_JACKSON, "dev.perennial:perennial-core"),
          "perennial-conformance",
          with(
              OF_JACKSON,
              "dev.perennial:perennial-core",
              "dev.perennial:perennial-testkit",
              // JUnit is optional.
              "org.apiguardian:apiguardian-api",
              "org.junit.jupiter:junit-jupiter-api",
              "org.junit.platform:junit-platform-commons",
              "org.opentest4j:opentest4j"));

  private static List<String> with(List<String> names, String... more) {
    return Stream.concat(names.stream(), Stream.of(more)).toList();
  }

  static Stream<Artifact> published() {
    return Artifact.published();
  }

  @ParameterizedTest
  @MethodSource("published")
  void componentsAreTheRuntimeDependencies(Artifact artifact) {
    Set<String> expected = new TreeSet<>(CORE);
    expected.addAll(OTHERS.getOrDefault(artifact.name(), List.of()));

    assertEquals(expected, Sbom.of(artifact).versions().keySet());
  }

  @Test
  void versionsAreThoseOfTheBuild() {
    Map<String, String> versions = new TreeMap<>();
    Artifact.published().forEach(artifact -> versions.putAll(Sbom.of(artifact).versions()));

    Map.of(
            "okhttp.version", "com.squareup.okhttp3:okhttp-jvm",
            "jackson.version", "com.fasterxml.jackson.core:jackson-databind",
            "jackson3.version", "tools.jackson.core:jackson-databind",
            "resilience4j.version", "io.github.resilience4j:resilience4j-retry",
            "reactive-streams.version", "org.reactivestreams:reactive-streams",
            "jspecify.version", "org.jspecify:jspecify")
        .forEach(
            (property, name) ->
                assertEquals(
                    Artifact.ROOT_POM.text("/project/properties/" + property), versions.get(name)));
  }

  @ParameterizedTest
  @MethodSource("published")
  void everyComponentHasALicenceAndHashes(Artifact artifact) {
    for (JsonNode component : artifact.sbom().path("components")) {
      String name = component.path("purl").asText();
      assertFalse(component.path("licenses").isEmpty(), name);
      // Modules of this build have no hashes: they are not packaged yet.
      assertTrue(
          component.path("group").asText().equals("dev.perennial")
              || !component.path("hashes").isEmpty(),
          name);
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void sbomDescribesThisJarAndLinksToTheProject(Artifact artifact) {
    JsonNode jar = artifact.sbom().path("metadata").path("component");
    Set<String> addresses = new TreeSet<>();
    jar.path("externalReferences").forEach(each -> addresses.add(each.path("url").textValue()));

    assertEquals(artifact.name(), jar.path("name").textValue());
    assertEquals(artifact.version(), jar.path("version").textValue());
    // Without the attributes in the root POM, Maven would append the artifact id to the URLs.
    assertEquals(
        Set.of(
            Artifact.ROOT_POM.text("/project/url"),
            Artifact.ROOT_POM.text("/project/issueManagement/url")),
        addresses);
  }

  @ParameterizedTest
  @MethodSource("published")
  void sbomHasNoTimestamp(Artifact artifact) {
    assertTrue(artifact.sbom().path("metadata").path("timestamp").isMissingNode());
  }
}
