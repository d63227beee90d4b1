package dev.perennial.cli.tail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code tail} that describe the request. They are validated elsewhere. */
final class RequestOptions {

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'<name>: <value>'",
      description = "Header to send. May be repeated.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--token-command",
      paramLabel = "<command>",
      description = {
        "Shell command that prints a token. It runs before the first connection, and again when"
            + " the server answers 401. The token is sent as 'Authorization: Bearer <token>', or as"
            + " printed if it contains a scheme, such as 'Basic abc'."
      })
  @Nullable String tokenCommand;

  @Option(
      names = {"-d", "--body"},
      paramLabel = "<text>|@<file>",
      description = {
        "Send a POST with this body, or with the content of a file, as application/json unless"
            + " --header sets a Content-Type. It is sent once: the stream ends with the response."
            + " Without --transport the response must be SSE."
      })
  @Nullable String body;

  @Option(
      names = "--resend",
      description = {
        "Send the POST of -d again after a disconnect, with the cursor, and follow the stream as"
            + " with GET. Only for requests that may arrive more than once."
      })
  boolean isResent;

  @Option(
      names = {"--compressed", "--gzip"},
      description = {
        "Let the server compress: the response by gzip, or the messages of a WebSocket by"
            + " permessage-deflate."
      })
  boolean isCompressed;

  @Option(
      names = "--http2",
      description = {
        "Speak HTTP/2 to an http URL without asking first. Over https it is negotiated anyway."
      })
  boolean isHttp2;

  @Option(
      names = "--cacert",
      paramLabel = "<file>",
      description = "Trust the certificates in this PEM file, and no others.")
  @Nullable Path certificates;

  @Option(
      names = "--insecure",
      description = {
        "Accept any certificate of the server. Anyone on the way can then read and change the"
            + " stream, tokens included."
      })
  boolean isInsecure;
}
