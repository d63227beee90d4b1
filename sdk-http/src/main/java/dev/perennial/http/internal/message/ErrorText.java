package dev.perennial.http.internal.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/** The text of a server as messages may show it: short, on one line, without secrets. */
public final class ErrorText {
  public static final int MAX_CHARS = 200;

  /** More than what is shown; an error page may have any size. */
  private static final long MAX_BYTES = 4 * 1024;

  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Pattern TEXTUAL =
      Pattern.compile("text/.*|application/(.*\\+)?(json|xml)|application/x-ndjson");

  /** Includes what reorders or hides other characters. */
  private static final Pattern NOT_SHOWN = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}]+");

  private final Secrets secrets;

  /**
   * Shows the texts of one server.
   *
   * @param secrets of the request that it answers
   */
  public ErrorText(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Returns the beginning of an error's body; empty when it is not text or comes too late. */
  public String ofBody(Response response, long remainingNanos) {
    String type = response.header("Content-Type", "").split(";", 2)[0].trim();
    boolean isPlain = ContentCoding.of(response) == ContentCoding.IDENTITY;
    boolean isText = TEXTUAL.matcher(type.toLowerCase(Locale.ROOT)).matches();
    if (!isPlain || !isText || remainingNanos <= 0) {
      return "";
    }
    BufferedSource source = response.body().source();
    try {
      source.timeout().deadline(Math.min(MAX_NANOS, remainingNanos), TimeUnit.NANOSECONDS);
      source.request(MAX_BYTES);
    } catch (IOException | RuntimeException e) {
      // The status is what counts. What came before the failure is still shown.
    }
    return ofValue(beginningOf(source.getBuffer()));
  }

  private static String beginningOf(Buffer buffer) {
    Buffer beginning = new Buffer();
    buffer.copyTo(beginning, 0, Math.min(buffer.size(), MAX_BYTES));
    return beginning.readString(StandardCharsets.UTF_8);
  }

  /** Returns a text that the server chose, such as the value of a header. */
  public String ofValue(String value) {
    return inOneLine(secrets.removedFrom(value));
  }

  private static String inOneLine(String text) {
    String shown = NOT_SHOWN.matcher(text).replaceAll(" ").trim();
    if (shown.length() <= MAX_CHARS) {
      return shown;
    }
    int end = Character.isHighSurrogate(shown.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return shown.substring(0, end) + "…";
  }
}
