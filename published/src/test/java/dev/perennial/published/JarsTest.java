package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contents of the jars: classes, sources and Javadoc. */
class JarsTest {
  private static final int JAVA_17 = 61;

  static Stream<Artifact> published() {
    return Artifact.published();
  }

  @ParameterizedTest
  @MethodSource("published")
  void jarIsAModuleOfThisVersion(Artifact artifact) throws IOException {
    ModuleDescriptor module = artifact.module();

    assertTrue(module.name().startsWith("dev.perennial"), module::toString);
    assertFalse(module.isAutomatic());
    try (JarFile jar = new JarFile(artifact.jar().toFile())) {
      assertEquals(
          artifact.version(),
          jar.getManifest().getMainAttributes().getValue("Implementation-Version"));
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void everyClassIsForJava17(Artifact artifact) throws IOException {
    int classes = 0;

    try (JarFile jar = new JarFile(artifact.jar().toFile())) {
      for (JarEntry entry : jar.stream().filter(JarsTest::isClass).toList()) {
        DataInputStream in = new DataInputStream(jar.getInputStream(entry));
        assertEquals(0xCAFEBABE, in.readInt(), entry.getName());
        assertEquals(0, in.readUnsignedShort(), entry.getName());
        assertEquals(JAVA_17, in.readUnsignedShort(), entry.getName());
        classes++;
      }
    }

    assertTrue(classes > 2, artifact::toString);
  }

  private static boolean isClass(JarEntry entry) {
    return entry.getName().endsWith(".class");
  }

  @ParameterizedTest
  @MethodSource("published")
  void jarAndSourcesContainTheLicence(Artifact artifact) throws IOException {
    for (Path file : List.of(artifact.jar(), artifact.sourcesJar())) {
      try (JarFile jar = new JarFile(file.toFile())) {
        assertNotNull(jar.getEntry("META-INF/LICENSE"), file::toString);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void sourcesAndJavadocBelongToTheClasses(Artifact artifact) throws IOException {
    List<String> missing = new ArrayList<>();

    try (JarFile jar = new JarFile(artifact.jar().toFile());
        JarFile sources = new JarFile(artifact.sourcesJar().toFile());
        JarFile javadoc = new JarFile(artifact.javadocJar().toFile())) {
      for (String name : jar.stream().map(JarEntry::getName).toList()) {
        if (name.endsWith(".class") && !name.contains("$")) {
          String source = name.replace(".class", ".java");
          if (sources.getEntry(source) == null) {
            missing.add(source);
          }
        }
      }
      assertNotNull(javadoc.getEntry("index.html"));
      assertNotNull(javadoc.getEntry("element-list"));
    }

    assertEquals(List.of(), missing);
  }

  @ParameterizedTest
  @MethodSource("published")
  void everyEntryHasTheReleaseTime(Artifact artifact) throws IOException {
    Instant time =
        Instant.parse(Artifact.ROOT_POM.text("/project/properties/project.build.outputTimestamp"));
    LocalDateTime expected = LocalDateTime.ofInstant(time, ZoneOffset.UTC);

    for (Path file : List.of(artifact.jar(), artifact.sourcesJar(), artifact.javadocJar())) {
      try (JarFile jar = new JarFile(file.toFile())) {
        List<JarEntry> entries = jar.stream().toList();

        assertFalse(entries.isEmpty());
        for (JarEntry entry : entries) {
          assertEquals(expected, entry.getTimeLocal(), () -> file + ": " + entry);
        }
      }
    }
  }
}
