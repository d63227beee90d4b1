package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailTokenCommandTest {
  @TempDir private Path folder;
  private final FakeEventLog log = FakeEventLog.retaining(100);
  private FakeSseServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = FakeSseServer.start(log);
    log.append("a");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void outputIsSentAsABearerToken() {
    CommandRun run = tail("echo t0ken");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(List.of("Bearer t0ken"), authorizations());
  }

  @Test
  void outputWithASchemeIsSentUnchanged() {
    tail("echo Basic dXNlcjpwYXNz");

    assertEquals(List.of("Basic dXNlcjpwYXNz"), authorizations());
  }

  @Test
  void refusedTokenIsReplacedAtOnce() throws IOException {
    Path count = folder.resolve("count");
    Files.writeString(count, "x");
    server.answerNext(401, List.of(), "expired\n");

    CommandRun run = tail("printf x >> " + count + "; wc -c < " + count + " | tr -d ' '");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(List.of("Bearer 2", "Bearer 3"), authorizations());
    assertTrue(run.out().contains("a"), run::toString);
  }

  @Test
  void refusedFreshTokenFails() {
    server.answerNext(401, List.of(), "");
    server.answerNext(401, List.of(), "");

    CommandRun run = tail("date +%N");

    assertEquals(ExitCode.NOT_OPENED, run.exitCode(), run::toString);
    assertTrue(run.err().contains("credential"), run::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 3,The --token-command ended with exit code 3",
    "true,The --token-command printed no token",
    "printf 'a\\nb\\n',The --token-command printed more than one line"
  })
  void failedCommandIsReported(String command, String expected) {
    CommandRun run = tail(command);

    assertEquals(ExitCode.NOT_OPENED, run.exitCode(), run::toString);
    assertTrue(run.err().contains(expected), run::toString);
  }

  @Test
  void tokenIsNeverShown() {
    server.answerNext(403, List.of(), "no\n");

    CommandRun run = tail("echo s3cret");

    assertFalse(run.toString().contains("s3cret"), run::toString);
  }

  @Test
  void hangingCommandIsKilledAtTheEnd() throws Exception {
    CommandRun run =
        CommandRun.prepared()
            .run(
                "tail",
                "--timeout=0.5",
                "--token-command=exec sleep 600",
                server.uri("/ticks").toString());

    assertEquals(0, run.exitCode(), run::toString);
    List<ProcessHandle> left =
        ProcessHandle.current()
            .descendants()
            .filter(child -> child.info().commandLine().orElse("").contains("sleep 600"))
            .toList();
    for (ProcessHandle child : left) {
      child.onExit().get(20, TimeUnit.SECONDS); // It has been killed, which takes a moment.
    }
  }

  @Test
  void authorizationHeaderTogetherWithItIsRejected() {
    CommandRun run =
        CommandRun.prepared()
            .run(
                "tail",
                "--token-command=echo x",
                "-HAuthorization: Bearer y",
                server.uri("/ticks").toString());

    assertEquals(ExitCode.USAGE, run.exitCode(), run::toString);
    assertTrue(run.err().contains("--token-command cannot be combined with"), run::toString);
  }

  private CommandRun tail(String command) {
    return CommandRun.prepared()
        .run("tail", "-n1", "--token-command=" + command, server.uri("/ticks").toString());
  }

  private List<String> authorizations() {
    List<String> sent = new ArrayList<>();
    server.requests().forEach(one -> sent.add(one.request().header("Authorization")));
    return sent;
  }
}
