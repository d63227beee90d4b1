package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Payload.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A literal implementation of HTML, 9.2.5 and 9.2.6: it parses the whole body at once, as decoded
 * strings. It shares nothing with the framer but {@link SeenFrame}.
 */
final class ReferenceParser {
  private static final BigInteger MAX_RETRY = BigInteger.valueOf(Long.MAX_VALUE / 1_000_000);

  private final List<SeenFrame> frames = new ArrayList<>();
  private String data = "";
  private String type = "";
  private String id;

  static List<SeenFrame> parse(byte[] body) {
    String stream = new String(body, UTF_8);
    if (stream.startsWith("\ufeff")) {
      stream = stream.substring(1);
    }
    List<String> lines = Arrays.asList(stream.split("\r\n|\n|\r", -1));
    ReferenceParser parser = new ReferenceParser();
    // What follows the last line end is not a line.
    lines.subList(0, lines.size() - 1).forEach(parser::line);
    return parser.frames;
  }

  private void line(String line) {
    int colon = line.indexOf(':');
    String name = colon == -1 ? line : line.substring(0, colon);
    String value = colon == -1 ? "" : line.substring(colon + 1);
    if (value.startsWith(" ")) {
      value = value.substring(1);
    }
    if (line.isEmpty()) {
      dispatch();
    } else if (colon == 0) {
      frames.add(SeenFrame.comment(value));
    } else {
      field(name, value);
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> type = value;
      case "data" -> data += value + "\n";
      case "id" -> id = value.contains("\0") ? id : value;
      case "retry" -> {
        if (value.matches("[0-9]+")) {
          long millis = new BigInteger(value).min(MAX_RETRY).longValueExact();
          frames.add(SeenFrame.retry(millis));
        }
      }
      default -> {} // Ignored.
    }
  }

  private void dispatch() {
    String ownId = id == null || id.isEmpty() ? null : id;
    if (!data.isEmpty()) {
      String text = data.substring(0, data.length() - 1);
      String named = type.isEmpty() ? "message" : type;
      frames.add(new SeenFrame(Kind.EVENT, named, ownId, id, null, text));
    } else if (id != null) {
      frames.add(new SeenFrame(Kind.CURSOR, "message", ownId, id, null, ""));
    }
    data = "";
    type = "";
    id = null;
  }
}
