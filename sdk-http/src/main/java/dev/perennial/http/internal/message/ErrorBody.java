package dev.perennial.http.internal.message;

import dev.perennial.ServerResponse;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that does not open the stream.
 *
 * @param text what was read of it; empty when it is not text
 * @param isComplete whether that is all of it
 * @param isHtml whether it is a page for a browser
 */
public record ErrorBody(String text, boolean isComplete, boolean isHtml) {

  /** As {@link ServerResponse#body} promises. */
  private static final long MAX_BYTES = 64 * 1024;

  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Servers often leave the type of a short error away. */
  private static final Pattern TEXTUAL =
      Pattern.compile("|text/.*|application/(.*\\+)?(json|xml)|application/x-ndjson");

  private static final Pattern HTML = Pattern.compile("text/html|application/xhtml\\+xml");
  private static final Pattern TITLE =
      Pattern.compile("<title\\b[^>]{0,200}>([^<]{0,1000})</title", Pattern.CASE_INSENSITIVE);

  private static final Pattern DOCUMENT =
      Pattern.compile(HTML.pattern() + "|application/(problem\\+)?json");

  /** A body that was left alone. */
  public static final ErrorBody UNREAD = new ErrorBody("", false, false);

  /** Whether the body is of a type that is sent whole, unlike that of a stream. */
  public static boolean isDocument(Response response) {
    return DOCUMENT.matcher(typeOf(response)).matches();
  }

  private static String typeOf(Response response) {
    String type = response.header("Content-Type", "").split(";", 2)[0].trim();
    return type.toLowerCase(Locale.ROOT);
  }

  /**
   * Reads it, as far as it comes in time.
   *
   * @param remainingNanos how long that may take; not at all when it is not positive
   */
  public static ErrorBody of(Response response, long remainingNanos) {
    String type = typeOf(response);
    boolean isPlain = ContentCoding.of(response) == ContentCoding.IDENTITY;
    if (!isPlain || !TEXTUAL.matcher(type).matches() || remainingNanos <= 0) {
      return UNREAD;
    }
    BufferedSource source = response.body().source();
    boolean isComplete = false;
    try {
      source.timeout().deadline(Math.min(MAX_NANOS, remainingNanos), TimeUnit.NANOSECONDS);
      isComplete = !source.request(MAX_BYTES + 1);
    } catch (IOException | RuntimeException e) {
      // The status is what counts. What came before the failure is still shown.
    }
    Buffer buffer = source.getBuffer();
    String text = beginningOf(buffer).readString(charset(response));
    return new ErrorBody(text, isComplete, HTML.matcher(type).matches());
  }

  private static Buffer beginningOf(Buffer buffer) {
    Buffer beginning = new Buffer();
    buffer.copyTo(beginning, 0, Math.min(buffer.size(), MAX_BYTES));
    return beginning;
  }

  private static Charset charset(Response response) {
    @Nullable MediaType type = response.body().contentType();
    Charset declared = type == null ? null : type.charset(StandardCharsets.UTF_8);
    return declared == null ? StandardCharsets.UTF_8 : declared;
  }

  /** Returns what a message shows of it: of a page its title, in quotes. */
  public String shown(ErrorText errorText) {
    if (!isHtml) {
      return errorText.ofValue(text);
    }
    Matcher title = TITLE.matcher(text);
    return title.find() ? "\"" + errorText.ofValue(String.valueOf(title.group(1))) + "\"" : "";
  }

  /** Returns the server's answer with this body. */
  public ServerResponse answer(Response response) {
    ServerResponse head = answerOf(response);
    return isComplete ? head.withBody(text) : head.withBodyCut(text);
  }

  /** Returns the head of the server's answer, without its body. */
  public static ServerResponse answerOf(Response response) {
    return ServerResponse.of(
            response.code(), response.protocol().toString(), response.headers().toMultimap())
        .withRetryAfter(RetryAfter.of(response));
  }
}
