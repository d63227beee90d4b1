package dev.perennial.sse;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okio.Buffer;
import okio.ByteString;

/**
 * One file of the corpus: a stream and its frames. Its README describes the format.
 *
 * @param frameEnds after how many bytes each frame must be complete
 */
record CorpusStream(
    String name,
    int maxEventBytes,
    ByteString bytes,
    List<Integer> frameEnds,
    List<String> frames) {
  private static final Pattern REPEATED = Pattern.compile("\\\\\\{(.)\\*(\\d+)}");
  private static final Pattern TOKEN = Pattern.compile("\\\\x\\p{XDigit}{2}|\\\\[nr0!]|[^\\\\]+");
  private static final String MAX_EVENT_BYTES = "maxEventBytes=";

  static Stream<CorpusStream> all() throws IOException, URISyntaxException {
    Path folder = Path.of(CorpusStream.class.getResource("corpus").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".sse"))
          .sorted()
          .map(CorpusStream::parse)
          .toList()
          .stream();
    }
  }

  private static CorpusStream parse(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
    int maxEventBytes = Feed.MAX_EVENT_BYTES;
    Buffer bytes = new Buffer();
    List<Integer> frameEnds = new ArrayList<>();
    int divider = lines.indexOf("---");
    for (String line : lines.subList(0, divider)) {
      if (line.startsWith(MAX_EVENT_BYTES)) {
        maxEventBytes = Integer.parseInt(line.substring(MAX_EVENT_BYTES.length()));
      } else if (!line.startsWith("#")) {
        unescape(withRepetitions(line), bytes, frameEnds);
      }
    }
    List<String> frames =
        lines.subList(divider + 1, lines.size()).stream()
            .map(CorpusStream::withRepetitions)
            .toList();
    return new CorpusStream(
        file.getFileName().toString(), maxEventBytes, bytes.readByteString(), frameEnds, frames);
  }

  private static String withRepetitions(String line) {
    return REPEATED
        .matcher(line)
        .replaceAll(
            repeated ->
                Matcher.quoteReplacement(
                    repeated.group(1).repeat(Integer.parseInt(repeated.group(2)))));
  }

  private static void unescape(String line, Buffer bytes, List<Integer> frameEnds) {
    Matcher tokens = TOKEN.matcher(line);
    while (tokens.find()) {
      String token = tokens.group();
      switch (token) {
        case "\\n" -> bytes.writeByte('\n');
        case "\\r" -> bytes.writeByte('\r');
        case "\\0" -> bytes.writeByte(0);
        case "\\!" -> frameEnds.add((int) bytes.size());
        default -> {
          if (token.startsWith("\\x")) {
            bytes.write(ByteString.decodeHex(token.substring(2)));
          } else {
            bytes.writeUtf8(token);
          }
        }
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
