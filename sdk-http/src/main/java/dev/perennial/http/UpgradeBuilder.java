package dev.perennial.http;

import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Transport;
import java.util.Locale;
import java.util.function.Function;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Describes a stream in another protocol that HTTP/1.1 is upgraded to (RFC 9110, 7.8).
 *
 * <p>Redirects of the handshake are followed, at most 20 and never from https to http. To another
 * origin (scheme, host, port) the cursor goes along; the caller's headers and credentials do not.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class UpgradeBuilder<B extends UpgradeBuilder<B>> extends ExchangeBuilder<B> {
  static final String NOT_GET = "Expected the request of a handshake to be a GET but was ";

  static final String NO_WAY =
      "needs a way to the server: cursorParameter(…), cursorHeader(…) or a message on open";

  private static final JsonField DEFAULT_CURSOR = Json.field("/id");

  private boolean isCursorBound;

  /**
   * For the transports that share this handshake.
   *
   * @param source makes the request of each attempt
   * @throws IllegalArgumentException when a fixed request is not a GET
   */
  protected UpgradeBuilder(RequestSource source) {
    super(source);
    defaultCursorPlace(new CursorLocation.Nowhere());
    if (source instanceof FixedRequest fixed) {
      Request request = fixed.request();
      if (!request.method().equals("GET")) {
        throw new IllegalArgumentException(NOT_GET + request.method());
      }
    }
  }

  /**
   * A request that is the same for each attempt.
   *
   * @param url an {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  protected static RequestSource sourceOf(String url) {
    HttpUrl parsed = HttpUrl.parse(ResponseChecks.ofHttp(url));
    if (parsed == null) {
      throw new IllegalArgumentException(
          "url must start with ws://, wss://, http:// or https:// and name a host but was \""
              + RedactedUrl.ofText(url)
              + "\"");
    }
    return RequestSource.of(new Request.Builder().url(parsed).build());
  }

  /**
   * The protocol as the options are now.
   *
   * @param maxEventBytes the most bytes that an event may have
   * @return a value: what is set afterwards does not change it
   */
  protected abstract UpgradeProtocol protocol(int maxEventBytes);

  /** Whether the protocol itself brings the cursor to the server, in a message. */
  protected abstract boolean isCursorInMessage();

  /**
   * Without a way to the server nothing is a cursor: what comes after an interruption then follows
   * a gap, which is reported.
   */
  @Override
  protected final @Nullable Function<? super Payload, @Nullable String> cursorFinder() {
    Function<? super Payload, @Nullable String> chosen = super.cursorFinder();
    if (hasWayForCursor()) {
      return chosen != null ? chosen : DEFAULT_CURSOR;
    }
    if (chosen != null) {
      throw new IllegalStateException("cursor(…) " + NO_WAY);
    }
    return payload -> null;
  }

  @Override
  protected final @Nullable Function<? super Payload, @Nullable String> idFinder() {
    Function<? super Payload, @Nullable String> chosen = super.idFinder();
    return chosen != null || hasWayForCursor() ? chosen : DEFAULT_CURSOR;
  }

  private boolean hasWayForCursor() {
    return isCursorInMessage() || !(cursorPlace() instanceof CursorLocation.Nowhere);
  }

  /**
   * Keeps the cursor from other origins: a redirect to another scheme, host or port is refused in
   * words when there is a cursor to resume with. By default the cursor goes along, as in browsers:
   * without it events would be missed in silence. Credentials and the caller's headers never do.
   */
  public B cursorStaysAtOrigin() {
    this.isCursorBound = true;
    return self();
  }

  @Override
  protected final Transport transport() {
    UpgradeProtocol protocol = protocol(maxEventBytes());
    boolean isCursorInMessage = isCursorInMessage();
    HttpOptions options =
        new HttpOptions(
            source(),
            client(),
            headers(),
            authorizer(),
            new Headers.Builder().build(),
            new ExpectedResponse.Upgraded(protocol::handshake),
            Protocol.HTTP_1_1,
            cursorPlace(),
            isCursorBound,
            null,
            false,
            hasEndMarker());
    return new HttpTransport(
        options,
        (transport, attempt) ->
            protocol.newConnection(
                attempt, new Upgrade(transport, options, attempt, isCursorInMessage)));
  }

  @Override
  final void requireNotReserved(String name) {
    super.requireNotReserved(name);
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals("upgrade") || lower.equals("connection") || lower.startsWith("sec-")) {
      throw new IllegalArgumentException(
          "header " + name + " belongs to the handshake and is set by this library");
    }
  }
}
