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

/** The list of materials beside each jar names what comes with the jar, and nothing else. */
class MaterialsTest {
  private static final List<String> OF_CORE =
      List.of(
          "com.fasterxml.jackson.core:jackson-annotations",
          "com.fasterxml.jackson.core:jackson-core",
          "com.fasterxml.jackson.core:jackson-databind",
          "com.squareup.okhttp3:okhttp-jvm",
          "com.squareup.okio:okio-jvm",
          "io.github.resilience4j:resilience4j-core",
          "io.github.resilience4j:resilience4j-retry",
          "org.jetbrains.kotlin:kotlin-stdlib",
          "org.jetbrains:annotations",
          "org.jspecify:jspecify",
          "org.reactivestreams:reactive-streams");

  /** What comes with each jar, besides what comes with core. */
  private static final Map<String, List<String>> BESIDES =
      Map.of(
          "perennial-core",
          List.of(),
          "perennial-sse",
          List.of("dev.perennial:perennial-core"),
          "perennial-ndjson",
          List.of("dev.perennial:perennial-core"),
          "perennial-websocket",
          List.of("dev.perennial:perennial-core"),
          "perennial-micrometer",
          List.of(
              "dev.perennial:perennial-core",
              "io.micrometer:micrometer-commons",
              "io.micrometer:micrometer-core",
              "io.micrometer:micrometer-observation",
              "org.hdrhistogram:HdrHistogram"),
          "perennial-testkit",
          List.of("dev.perennial:perennial-core"),
          "perennial-conformance",
          List.of(
              "dev.perennial:perennial-core",
              "dev.perennial:perennial-testkit",
              // JUnit is optional.
              "org.apiguardian:apiguardian-api",
              "org.junit.jupiter:junit-jupiter-api",
              "org.junit.platform:junit-platform-commons",
              "org.opentest4j:opentest4j"));

  static Stream<Artifact> published() {
    return Artifact.published();
  }

  @ParameterizedTest
  @MethodSource("published")
  void listNamesWhatComesWithTheJar(Artifact artifact) {
    Set<String> expected = new TreeSet<>(OF_CORE);
    expected.addAll(BESIDES.getOrDefault(artifact.name(), List.of()));

    assertEquals(expected, Materials.of(artifact).versions().keySet());
  }

  @Test
  void versionsAreThoseOfTheBuild() {
    Map<String, String> versions = new TreeMap<>();
    Artifact.published().forEach(artifact -> versions.putAll(Materials.of(artifact).versions()));

    Map.of(
            "okhttp.version", "com.squareup.okhttp3:okhttp-jvm",
            "jackson.version", "com.fasterxml.jackson.core:jackson-databind",
            "resilience4j.version", "io.github.resilience4j:resilience4j-retry",
            "reactive-streams.version", "org.reactivestreams:reactive-streams",
            "jspecify.version", "org.jspecify:jspecify")
        .forEach(
            (property, name) ->
                assertEquals(
                    Artifact.PARENT.text("/project/properties/" + property), versions.get(name)));
  }

  @ParameterizedTest
  @MethodSource("published")
  void everyMaterialHasALicenceAndHashes(Artifact artifact) {
    for (JsonNode component : artifact.materials().path("components")) {
      String name = component.path("purl").asText();
      assertFalse(component.path("licenses").isEmpty(), name);
      // A module of this build that is not a jar yet has none.
      assertTrue(
          component.path("group").asText().equals("dev.perennial")
              || !component.path("hashes").isEmpty(),
          name);
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void listIsOfThisJarAndLeadsToTheProject(Artifact artifact) {
    JsonNode jar = artifact.materials().path("metadata").path("component");
    Set<String> addresses = new TreeSet<>();
    jar.path("externalReferences").forEach(each -> addresses.add(each.path("url").textValue()));

    assertEquals(artifact.name(), jar.path("name").textValue());
    assertEquals(artifact.version(), jar.path("version").textValue());
    // Maven would append the name of the module to what it inherits.
    assertEquals(
        Set.of(
            Artifact.PARENT.text("/project/url"),
            Artifact.PARENT.text("/project/issueManagement/url")),
        addresses);
  }

  @ParameterizedTest
  @MethodSource("published")
  void listSaysNotWhenItWasMade(Artifact artifact) {
    assertTrue(artifact.materials().path("metadata").path("timestamp").isMissingNode());
  }
}
