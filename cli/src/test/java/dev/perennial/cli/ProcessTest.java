package dev.perennial.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perennial.CursorStore;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that need a process of their own: signals and a closed standard output. */
class ProcessTest {
  @TempDir private Path folder;
  private final FakeEventLog log = FakeEventLog.create();
  private FakeSseServer server;

  /** Null until started. */
  private Process process;

  @BeforeEach
  void startServer() throws IOException {
    server = FakeSseServer.start(log);
  }

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
    server.close();
  }

  @Test
  void ctrlCEndsTailWithAMessage() throws Exception {
    assumeTrue(File.separatorChar == '/', "requires the command kill");
    log.append("a");
    BufferedReader out = start("tail", "--json", server.uri("/").toString());
    assertEquals("{\"id\":\"1\",\"type\":\"message\",\"data\":\"a\"}", out.readLine());

    interrupt();

    assertTrue(process.waitFor(2, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue());
    assertEquals(List.of("connecting...", "open", "interrupted after 1 event"), errLines());
  }

  @Test
  void ctrlCSavesTheCursorOfTheLastPrintedEvent() throws Exception {
    assumeTrue(File.separatorChar == '/', "requires the command kill");
    Path file = folder.resolve("ticks.cursor");
    log.append("a");
    BufferedReader out =
        start("tail", "--json", "--cursor-file=" + file, server.uri("/").toString());
    out.readLine();

    interrupt();

    assertTrue(process.waitFor(2, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue());
    assertEquals("1", CursorStore.file(file).load());
  }

  @Test
  void ctrlCPrintsTheSummaryOfADemo() throws Exception {
    assumeTrue(File.separatorChar == '/', "requires the command kill");
    BufferedReader out = start("demo", "--events=1000000", "--faults=2000");
    for (String line = out.readLine(); !line.contains("resumed"); line = out.readLine()) {
      // Skip to the first reconnect.
    }

    interrupt();

    String rest = String.join("\n", out.lines().toList());
    assertTrue(process.waitFor(3, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue(), rest);
    assertTrue(rest.contains("\nlost                       0\n"), rest);
    assertTrue(rest.contains("\nInterrupted; "), rest);
  }

  @Test
  void closedPipeEndsTailQuietly() throws Exception {
    log.append("a");
    BufferedReader out = start("tail", "--json", server.uri("/").toString());
    assertEquals("{\"id\":\"1\",\"type\":\"message\",\"data\":\"a\"}", out.readLine());

    out.close();
    // The first event after the close may still go into the pipe.
    for (int i = 0; process.isAlive() && i < 100; i++) {
      log.append("b");
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }

    assertTrue(!process.isAlive());
    assertEquals(0, process.exitValue());
    assertEquals(List.of("connecting...", "open"), errLines());
  }

  @Test
  void processEndsWithTheExitCode() throws Exception {
    start("tail", "nonsense");

    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEquals(2, process.exitValue());
  }

  private BufferedReader start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    process = new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  private void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  private List<String> errLines() throws IOException {
    return Files.readAllLines(folder.resolve("err"));
  }
}
