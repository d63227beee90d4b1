package dev.perennial.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the Gradle files, which this build does not run, agree with those of Maven. */
class GradleFilesTest {
  private static final String VERSION = "<version>([^<]+)</version>";

  @Test
  void catalogHasTheVersionsOfThePom() throws IOException {
    String pom = read("../pom.xml");
    Map<String, String> expected = new TreeMap<>();
    expected.put(
        "perennial", first("<artifactId>perennial-parent</artifactId>\\s*" + VERSION, pom));
    for (String name : List.of("errorprone", "jspecify", "junit", "robolectric")) {
      expected.put(name, first("<" + name + "\\.version>([^<]+)<", pom));
    }

    Map<String, String> versions = catalogVersions();

    assertTrue(versions.remove("android-plugin") != null, "No android-plugin in the catalog");
    assertEquals(expected, versions);
  }

  @Test
  void appIsTheOneThatMavenBuilds() throws IOException {
    String pom = read("pom.xml");
    String gradle = read("build.gradle.kts");

    assertEquals(
        first("<android\\.namespace>([^<]+)<", pom), first("namespace = \"([^\"]+)\"", gradle));
    assertEquals(first("<android\\.min-sdk>([^<]+)<", pom), first("minSdk = (\\d+)", gradle));
    assertEquals(first("<android\\.target-sdk>([^<]+)<", pom), first("targetSdk = (\\d+)", gradle));
    assertTrue(gradle.contains("proguardFiles(\"proguard-rules.pro\")"), gradle);
  }

  @Test
  void libraryStartsAtTheSameApi() throws IOException {
    String library = read("../sdk-android/build.gradle.kts");

    assertEquals("dev.perennial.android", first("namespace = \"([^\"]+)\"", library));
    assertEquals(
        first("minSdk = (\\d+)", read("build.gradle.kts")), first("minSdk = (\\d+)", library));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "../sdk-android"})
  void dependenciesAreThoseOfThePom(String module) throws IOException {
    List<String> inPom =
        all("<artifactId>perennial-([a-z]+)</artifactId>", read(module + "/pom.xml")).stream()
            .filter(name -> !name.equals("parent") && !name.equals("android"))
            .sorted()
            .toList();

    List<String> inGradle =
        all("\\(libs\\.perennial\\.([a-z]+)\\)", read(module + "/build.gradle.kts")).stream()
            .sorted()
            .toList();

    assertEquals(inPom, inGradle);
  }

  private static Map<String, String> catalogVersions() throws IOException {
    String section = first("(?s)\\[versions]\\s(.*?)\\[", read("gradle/libs.versions.toml"));
    Map<String, String> versions = new TreeMap<>();
    Matcher line = Pattern.compile("(?m)^([\\w-]+) = \"([^\"]+)\"$").matcher(section);
    while (line.find()) {
      versions.put(line.group(1), line.group(2));
    }
    return versions;
  }

  private static String first(String regex, String text) {
    List<String> found = all(regex, text);
    assertTrue(!found.isEmpty(), () -> "Expected " + regex + " in\n" + text);
    return found.get(0);
  }

  private static List<String> all(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }
}
