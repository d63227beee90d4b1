package dev.perennial.http.internal.attempt;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes a server that answers in another protocol than HTTP/1: OkHttp and Okio quote the
 * beginning of what came.
 */
final class OtherProtocol {
  private static final Pattern STATUS_LINE =
      Pattern.compile("Unexpected status line: (.*)", Pattern.DOTALL);
  private static final Pattern CUT_LINE =
      Pattern.compile("\\\\n not found: limit=[1-9]\\d* content=([0-9a-f]+).*", Pattern.DOTALL);

  /** The beginning of a status line or of a header. */
  private static final Pattern PART_OF_HEAD = Pattern.compile("H|HT|HTT|HTTP.*|[\\w-]+(:.*)?");

  /** A record with an alert, or of a handshake (RFC 8446, 5.1). */
  private static final Pattern TLS = Pattern.compile("[\\x15\\x16]\\x03.*", Pattern.DOTALL);

  private OtherProtocol() {}

  /** Returns the failure of such an answer; null when it is none. */
  static @Nullable TransportException of(IOException e, String endpoint, ErrorText errorText) {
    String answer = answerIn(e);
    if (answer == null) {
      return null;
    }
    String isTls =
        "the server speaks TLS on this port; use "
            + (endpoint.startsWith("ws") ? "wss://" : "https://");
    String isOther = "was \"" + errorText.ofValue(answer) + "\"; check the port";
    return new TransportException(
        Reason.RESET,
        "Expected an HTTP answer from "
            + endpoint
            + " but "
            + (TLS.matcher(answer).matches() ? isTls : isOther),
        e);
  }

  private static @Nullable String answerIn(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage());
      Matcher line = STATUS_LINE.matcher(words);
      if (line.matches()) {
        return line.group(1);
      }
      Matcher cut = CUT_LINE.matcher(words);
      if (cut.matches()) {
        String text = decoded(String.valueOf(cut.group(1)));
        return PART_OF_HEAD.matcher(text).matches() ? null : text;
      }
    }
    return null;
  }

  private static String decoded(String hex) {
    String whole = hex.substring(0, hex.length() / 2 * 2);
    return ByteString.decodeHex(whole).string(StandardCharsets.ISO_8859_1);
  }
}
