package dev.perennial.cli.tail;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code tail} for a WebSocket only. They are validated elsewhere. */
final class WebSocketOptions {

  @Option(
      names = "--on-open",
      paramLabel = "<message>",
      description = {
        "Message to send first on each connection. {cursor} in it is replaced by the cursor to"
            + " resume after, as a JSON string or null."
      })
  @Nullable String onOpen;

  @Option(
      names = "--pong",
      paramLabel = "'<pointer>[=<value>] <answer>'",
      description = {
        "Answer the server's JSON pings, such as '/type=ping {\"type\":\"pong\"}' or"
            + " '/ping {\"pong\":{value}}'. Messages with the field, or with this value in it, are"
            + " answered and not printed; {value} in the answer is replaced by the field as it was"
            + " sent. May be repeated."
      })
  List<String> pongs = new ArrayList<>();

  @Option(
      names = "--subprotocol",
      paramLabel = "<name>",
      description = {
        "Subprotocol to offer, such as graphql-transport-ws; the server must choose one. May be"
            + " repeated, the preferred one first."
      })
  List<String> subprotocols = new ArrayList<>();

  @Option(
      names = "--origin",
      paramLabel = "<origin>",
      description = "Origin to send, such as https://example.com, for servers that check it.")
  @Nullable String origin;

  @Option(
      names = "--on-close",
      paramLabel = "<code>=<action>",
      description = {
        "What follows when the server closes with this code: retry, complete or fail, such as"
            + " 4000=retry. May be repeated. Default: by the meaning of the code."
      })
  List<String> closeRules = new ArrayList<>();
}
