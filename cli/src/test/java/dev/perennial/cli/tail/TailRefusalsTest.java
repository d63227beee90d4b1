package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of {@code tail}, and its help. */
class TailRefusalsTest {
  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void status401SuggestsTheOptionsForCredentials() throws IOException {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      server.answerNext(401, List.of(), "");
      CommandRun run = CommandRun.of("tail", "-q", url(server));

      assertEquals(1, run.errLines().size(), run::toString);
      assertTrue(
          run.err().startsWith("perennial tail: Expected status 200 but was 401"), run::toString);
      assertTrue(
          run.err()
              .endsWith("(--header 'Authorization: ...' or --token-command sends credentials)\n"),
          run::toString);
      assertEquals(3, run.exitCode());
    }
  }

  @Test
  void anUnavailableServerIsNotWaitedFor() throws IOException {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      server.answerNext(503, List.of(), "");
      CommandRun run = CommandRun.of("tail", "-q", url(server));

      assertEquals(1, run.errLines().size(), run::toString);
      assertTrue(run.err().contains("but was 503 from "), run::toString);
      assertEquals(3, run.exitCode());
    }
  }

  @Test
  void unknownHostIsReportedInOneLine() {
    CommandRun run = CommandRun.of("tail", "-q", "http://no-such-host.invalid/x");

    assertEquals(
        List.of(
            "perennial tail: Could not connect to http://no-such-host.invalid/x: the name of the"
                + " host is not known; check the name, and the network connection"),
        run.errLines());
    assertEquals(3, run.exitCode());
  }

  @Test
  void refusedConnectionIsReportedInOneLine() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    CommandRun run = CommandRun.of("tail", "-q", "http://127.0.0.1:" + port + "/x");

    assertEquals(
        List.of(
            "perennial tail: Could not connect to http://127.0.0.1:"
                + port
                + "/x: the connection was refused; check the port, and that the server is running"
                + " (--retry-first waits for the server)"),
        run.errLines());
    assertEquals(3, run.exitCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      value = {
        "--max-events=0 | --max-events must be a whole number of at least 1 but was \"0\"",
        "--max-events=-3 | --max-events must be a whole number of at least 1 but was \"-3\"",
        "--max-events=1e3 | --max-events must be a whole number of at least 1 but was \"1e3\"",
        "--timeout=0 | --timeout must be a number of seconds above 0 and up to 1,000,000,000 but"
            + " was \"0\"",
        "--timeout=-0.1 | --timeout must be a number of seconds above 0 and up to 1,000,000,000"
            + " but was \"-0.1\"",
        "--timeout=1m | --timeout must be a number of seconds above 0 and up to 1,000,000,000 but"
            + " was \"1m\"",
        "--first-delay=0 | --first-delay must be a whole number from 1 to 3,600,000 but was \"0\"",
        "--header=Accept | --header must be 'Name: value' but was \"Accept\"",
        "--header=a b: c | --header: header name must be letters, digits and"
            + " !#$%&'*+-.^_`|~ but was \"a b\"",
        "--header=last-event-id: 1 | --header must not set Last-Event-ID: use --last-event-id",
        "--last-event-id= | --last-event-id must not be empty or contain CR, LF or NUL but"
            + " was \"\"",
      })
  void invalidValuesAreRejectedWithTheRule(String option, String message) {
    CommandRun run = CommandRun.of("tail", option, "http://127.0.0.1:1/");

    assertEquals(
        List.of("perennial tail: " + message, "Try 'perennial tail --help'."), run.errLines());
    assertEquals(2, run.exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--since", "--timeout", "--transport"})
  void repeatedSingleOptionIsRejected(String option) {
    CommandRun run = CommandRun.of("tail", option, "1", option, "2", "http://127.0.0.1:1/");

    assertTrue(run.errLines().get(0).endsWith("should be specified only once"), run::toString);
    assertEquals(2, run.exitCode());
  }

  @Test
  void headerWithALineEndIsRejected() {
    CommandRun run = CommandRun.of("tail", "-H", "X: a\r\nY: b", "http://127.0.0.1:1/");

    assertEquals(
        "perennial tail: --header: header X must not contain CR, LF or NUL but its value does",
        run.errLines().get(0));
    assertEquals(2, run.exitCode());
  }

  @Test
  void urlWithoutSchemeSuggestsHttp() {
    CommandRun run = CommandRun.of("tail", "localhost:8080/ticks");

    assertEquals(
        "perennial tail: url must start with http:// or https:// and name a host but was"
            + " \"localhost:8080/ticks\"; did you mean http://localhost:8080/ticks?",
        run.errLines().get(0));
    assertEquals(2, run.exitCode());
  }

  @Test
  void missingUrlIsAUsageError() {
    CommandRun run = CommandRun.of("tail");

    assertEquals("perennial tail: Missing required parameter: '<url>'", run.errLines().get(0));
    assertEquals(2, run.exitCode());
  }

  @Test
  void helpListsEveryOptionAndExitCode() {
    CommandRun run = CommandRun.of("tail", "--help");

    for (String word :
        List.of(
            "--transport",
            "--header",
            "--token-command",
            "--last-event-id",
            "--cursor-file",
            "--since",
            "--cursor=",
            "--cursor-parameter",
            "--accept",
            "--heartbeat",
            "--skip-malformed",
            "--on-open",
            "--json",
            "--max-events",
            "--timeout",
            "--first-delay",
            "--quiet",
            "Exit codes:",
            "  0  ",
            "  1  ",
            "  2  ",
            "  3  ",
            "  130  ",
            "Examples:")) {
      assertTrue(run.out().contains(word), () -> word + " is not in\n" + run);
    }
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
    assertNull(run.outLines().stream().filter(line -> line.length() > 80).findAny().orElse(null));
  }

  private static String url(FakeSseServer server) {
    return server.uri("/ticks").toString();
  }
}
