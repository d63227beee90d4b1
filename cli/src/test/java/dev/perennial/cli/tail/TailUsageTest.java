package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that conflict or are wrong are rejected with the rule, and nothing is opened. */
class TailUsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      value = {
        "--transport=grpc | http | --transport must be sse, ndjson or ws but was \"grpc\"",
        "--transport=sse | ws | --transport sse cannot be used with a ws or wss URL: omit it, or"
            + " use an http or https URL",
        "--transport=ndjson | wss | --transport ndjson cannot be used with a ws or wss URL: omit"
            + " it, or use an http or https URL",
        "--on-open=x | http | --on-open requires a WebSocket: use a ws or wss URL or --transport"
            + " ws",
        "--transport=sse --on-open=x | http | --on-open cannot be used with --transport sse, which"
            + " sends no messages: omit it, or use --transport ws",
        "--transport=ndjson --on-open=x | http | --on-open cannot be used with --transport ndjson,"
            + " which sends no messages: omit it, or use --transport ws",
        "--accept=text/plain | http | --accept requires --transport sse or ndjson, since another"
            + " content type does not show which of them it is",
        "--accept=text/plain | ws | --accept cannot be used with a WebSocket, which has no content"
            + " type: omit it",
        "--transport=sse --accept=plain | http | --accept must be a content type such as"
            + " text/event-stream but was \"plain\"",
        "--cursor=/id | ws | --cursor on a WebSocket requires --cursor-parameter or {cursor} in"
            + " --on-open, which send the cursor to the server",
        "--since=1 --on-open=x | ws | --last-event-id on a WebSocket requires --cursor-parameter or"
            + " {cursor} in --on-open, which send the cursor to the server",
        "--cursor-file=f | wss | --cursor-file on a WebSocket requires --cursor-parameter or"
            + " {cursor} in --on-open, which send the cursor to the server",
        "--on-open=\"{cursor}\" | ws | --on-open must contain {cursor} without quotes, which are"
            + " added, but was \"\"{cursor}\"\"",
        "--cursor=seq | http | --cursor: pointer must be empty or start with / (RFC 6901) but was"
            + " \"seq\"",
        "--cursor-parameter= | http | --cursor-parameter must not be empty but was \"\"",
        "--heartbeat=/type | http | --heartbeat must be <pointer>=<value> such as /type=ping but"
            + " was \"/type\"",
        "--heartbeat=type=a | http | --heartbeat: pointer must be empty or start with / (RFC 6901)"
            + " but was \"type\"",
        "--header=Upgrade:x | ws | --header: header Upgrade belongs to the handshake and is set by"
            + " this library",
      })
  void conflictingOptionsAreRejectedWithTheRule(String options, String scheme, String message) {
    List<String> args = new ArrayList<>(List.of("tail"));
    args.addAll(List.of(options.split(" ")));
    args.add(scheme + "://127.0.0.1:1/");
    CommandRun run = CommandRun.of(args.toArray(new String[0]));

    assertEquals(
        List.of("perennial tail: " + message, "Try 'perennial tail --help'."), run.errLines());
    assertEquals(2, run.exitCode());
  }

  @Test
  void urlWithoutSchemeSuggestsTheSchemeOfTheTransport() {
    CommandRun run = CommandRun.of("tail", "--transport", "ws", "localhost:8080/ticks");

    assertTrue(
        run.errLines().get(0).endsWith("; did you mean ws://localhost:8080/ticks?"), run::toString);
    assertEquals(2, run.exitCode());
  }
}
