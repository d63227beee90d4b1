package dev.perennial.http;

import dev.perennial.Payload;
import dev.perennial.StreamSubscription;
import dev.perennial.http.internal.exchange.ExpectedResponse;
import dev.perennial.http.internal.exchange.HttpExchange;
import dev.perennial.http.internal.exchange.HttpOptions;
import dev.perennial.http.internal.exchange.OutgoingRequest;
import dev.perennial.http.internal.message.CursorLocation;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.util.function.Function;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Describes a stream in another protocol that an HTTP/1.1 connection is upgraded to (RFC 9110,
 * 7.8).
 *
 * <p>Redirects of the handshake are followed, at most 20 and never from https to http. To another
 * origin (scheme, host, port) the cursor is sent along; the caller's headers and credentials only
 * if it is one of {@link #trustOrigins}.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class UpgradeBuilder<B extends UpgradeBuilder<B>> extends ExchangeBuilder<B> {
  private static final JsonField DEFAULT_CURSOR = Json.field("/id");

  /**
   * For the transports that share this handshake.
   *
   * @param source makes the request of each attempt
   * @throws IllegalArgumentException when a fixed request is not a GET, or has a header that
   *     belongs to the handshake
   */
  protected UpgradeBuilder(RequestSource source) {
    super(source);
    defaultCursorLocation(new CursorLocation.Nowhere());
    Request fixed = source.fixedRequest();
    if (fixed == null) {
      return;
    }
    if (!fixed.method().equals("GET")) {
      throw new IllegalArgumentException(OutgoingRequest.NOT_GET + fixed.method());
    }
    String refusal = OutgoingRequest.handshakeRefusal(fixed.headers());
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
  }

  /**
   * Returns a source of the same request for each attempt.
   *
   * @param url an {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  protected static RequestSource sourceOf(String url) {
    HttpUrl parsed =
        StreamUrl.parse(
            ExpectedResponse.Upgraded.httpUrl(url), url, "ws://, wss://, http:// or https://");
    return RequestSource.of(new Request.Builder().url(parsed).build());
  }

  /**
   * Returns the protocol with the options as they are set now.
   *
   * @param maxEventBytes the most bytes that an event may have
   * @return a value: what is set afterwards does not change it
   */
  protected abstract UpgradeProtocol protocol(int maxEventBytes);

  /** Whether the protocol itself sends the cursor to the server, in a message. */
  protected abstract boolean isCursorInMessage();

  /**
   * Without a way to the server no field is a cursor: after an interruption a gap is reported, and
   * the stream continues with the events that follow.
   */
  @Override
  protected final @Nullable Function<? super Payload, @Nullable String> cursorFinder() {
    Function<? super Payload, @Nullable String> chosen = super.cursorFinder();
    if (canResume()) {
      return chosen != null ? chosen : DEFAULT_CURSOR;
    }
    if (chosen != null) {
      throw new IllegalStateException("cursor(…) " + Upgrade.NO_WAY);
    }
    return payload -> null;
  }

  @Override
  protected final @Nullable Function<? super Payload, @Nullable String> idFinder() {
    Function<? super Payload, @Nullable String> chosen = super.idFinder();
    return chosen != null || canResume() ? chosen : DEFAULT_CURSOR;
  }

  /** Whether a cursor reaches the server, so that a connection can continue an earlier one. */
  protected final boolean canResume() {
    return isCursorInMessage() || isCursorLocationChosen();
  }

  @Override
  protected final Transport transport() {
    UpgradeProtocol protocol = protocol(maxEventBytes());
    boolean canSendCursor = canResume();
    HttpOptions options =
        options(
            new Headers.Builder().build(),
            new ExpectedResponse.Upgraded(protocol::handshake),
            null,
            false,
            false,
            HttpOptions.UNLIMITED_BY_CALLER);
    return transport(
        options,
        Protocol.HTTP_1_1,
        /* firstAnswer= */ null,
        new HttpTransport.Connections() {
          @Override
          public StreamConnection newConnection(HttpExchange exchange, Attempt attempt) {
            return protocol.newConnection(attempt, new Upgrade(exchange, attempt, canSendCursor));
          }

          @Override
          public void ended(StreamSubscription subscription) {
            protocol.ended(subscription);
          }
        });
  }

  @Override
  final void requireNotReserved(String name) {
    super.requireNotReserved(name);
    String refusal = ExpectedResponse.Upgraded.refusalOf(name);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
  }
}
