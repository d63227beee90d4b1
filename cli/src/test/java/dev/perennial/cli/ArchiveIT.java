package dev.perennial.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perennial.cli.console.TransportKind;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The single archive of the command line, started as a user starts it: {@code java -jar}. */
class ArchiveIT {
  @TempDir private Path folder;
  private Path archive;

  @BeforeEach
  void findArchive() {
    String path = System.getProperty("perennial.archive");
    assumeTrue(path != null, "The build names the archive");
    archive = Path.of(path);
    assertTrue(Files.isRegularFile(archive), () -> "Expected the archive " + archive);
  }

  @Test
  void versionIsThatOfTheBuild() throws Exception {
    assertEquals(CommandRun.of("--version").out(), run("--version"));
  }

  @Test
  void helpListsTheCommands() throws Exception {
    assertTrue(run("--help").contains("\n  tail "));
  }

  @ParameterizedTest
  @EnumSource
  void everyTransportIsFollowed(TransportKind kind) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    log.append("b");
    FakeStreamServer.Builder<?> builder =
        switch (kind) {
          case SSE -> FakeSseServer.builder(log);
          case NDJSON -> FakeNdjsonServer.builder(log);
          case WS -> FakeWebSocketServer.builder(log);
        };
    try (FakeStreamServer server = builder.start()) {
      String out = run("tail", "-q", "--data=json", "-n2", server.uri("/ticks").toString());

      assertEquals(2, out.lines().count(), out);
    }
  }

  @Test
  void demoLosesNothing() throws Exception {
    String out = run("demo", "--events=500", "--faults=5", "--seed=1");

    assertTrue(out.contains("Every event arrived once and in order."), out);
  }

  @Test
  void rulesOfTheKitAreListed() throws Exception {
    assertTrue(run("conformance", "list").contains(" rules"));
  }

  /** Runs the archive, which must succeed, and returns what it printed. */
  private String run(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", archive.toString()));
    command.addAll(List.of(args));
    Path err = folder.resolve("err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(50, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), out + Files.readString(err));
    return out;
  }
}
