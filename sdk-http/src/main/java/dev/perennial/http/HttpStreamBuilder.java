package dev.perennial.http;

import dev.perennial.spi.Transport;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Describes a stream that is the body of an HTTP answer.
 *
 * <p>Redirects are followed, at most 20 and never from https to http. To another origin (scheme,
 * host, port) the cursor goes along; the caller's headers and credentials do not.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class HttpStreamBuilder<B extends HttpStreamBuilder<B>> extends ExchangeBuilder<B> {
  static final String ENCODING_IS_FIXED =
      "header Accept-Encoding is set by this library: gzip() asks for the only coding it knows";
  static final String TWO_BODIES = "post(body) cannot be combined with a request that has a body";

  static final String NOT_DUPLEX = "post(body) must be written whole but the body is duplex";

  private static final String ACCEPT_ENCODING = "Accept-Encoding";

  private final Headers.Builder formatHeaders = new Headers.Builder();
  private AcceptedTypes accepted;
  private boolean isResendable;
  private boolean endsWithBody;
  private boolean isCursorBound;
  private boolean isGzip;

  /** Null for those of the client. */
  private @Nullable Protocol version;

  /** Null for what the request source says. */
  private @Nullable RequestBody body;

  /**
   * For the transports that share this exchange.
   *
   * @param source makes the request of each attempt
   * @param acceptedTypes the content types of the format, most wanted first
   * @throws IllegalArgumentException when a fixed request cannot be sent
   */
  protected HttpStreamBuilder(RequestSource source, List<String> acceptedTypes) {
    super(source);
    this.accepted = AcceptedTypes.of(acceptedTypes);
    if (source instanceof FixedRequest fixed) {
      requireSendable(fixed.request());
    }
  }

  private static void requireSendable(Request request) {
    if (request.header(ACCEPT_ENCODING) != null) {
      throw new IllegalArgumentException(ENCODING_IS_FIXED);
    }
    RequestBody body = request.body();
    if (body != null && body.isDuplex()) {
      throw new IllegalArgumentException(NOT_DUPLEX);
    }
  }

  /**
   * Adds a header that requests of the format have. One that the caller sets counts instead.
   *
   * @param name a token
   * @param value ASCII
   */
  protected final void formatHeader(String name, String value) {
    formatHeaders.add(name, value);
  }

  /**
   * Adds content types that open the stream although they are not asked for.
   *
   * @param contentTypes other names of the format, say
   */
  protected final void formatAccepts(String... contentTypes) {
    accepted = accepted.and(List.of(contentTypes));
  }

  /**
   * What makes the framer of one connection, from the most bytes that an event may have. Asked for
   * each stream, and what it returns must not change with the builder's options.
   */
  protected abstract IntFunction<? extends Framer> framers();

  /**
   * Sets the content types that open the stream, in place of the format's. Their parameters are
   * sent but not compared.
   *
   * @param contentTypes such as {@code text/event-stream}
   * @throws IllegalArgumentException when there is none, or one is not a content type
   */
  public B accept(String... contentTypes) {
    this.accepted = AcceptedTypes.of(List.of(contentTypes));
    return self();
  }

  /**
   * Sends a POST with {@code body} in place of a GET.
   *
   * <p>A POST may do something each time that it arrives. So it is sent again only when no part of
   * it can have been processed: when connecting failed, or on 401, 408, 425, 429 and 503. Any other
   * failure is terminal, and so is the orderly end of the answer, unless the stream declares how it
   * ends with {@link #endsAt}, {@link #endsAfter} or {@link #endsWithBody}. {@link
   * #resendAfterEvents} lifts this.
   *
   * @param body written on each attempt
   * @throws IllegalArgumentException when the body is duplex
   * @throws IllegalStateException when {@link #resendAfterEvents} was set and the body can be
   *     written once only, or when the request has a body already
   */
  public B post(RequestBody body) {
    Objects.requireNonNull(body, "body");
    if (body.isDuplex()) {
      throw new IllegalArgumentException(NOT_DUPLEX);
    }
    if (fixedBody() != null) {
      throw new IllegalStateException(TWO_BODIES);
    }
    requireRepeatable(isResendable, body);
    this.body = body;
    return self();
  }

  /**
   * Says that the request may be sent again whenever the connection is lost, although it is a POST:
   * it does nothing, or its server recognises the repetition. By default it is not.
   *
   * @throws IllegalStateException when the body can be written once only
   */
  public B resendAfterEvents() {
    requireRepeatable(true, body != null ? body : fixedBody());
    this.isResendable = true;
    return self();
  }

  private static void requireRepeatable(boolean isResendable, @Nullable RequestBody body) {
    if (isResendable && body != null && body.isOneShot()) {
      throw new IllegalStateException(
          "resendAfterEvents() cannot be combined with post(body) when the body is one-shot: it"
              + " can be written once only");
    }
  }

  /**
   * Takes the orderly end of the answer's body for the end of the stream: the subscription
   * completes. A body that is cut off is never taken for it. By default the stream goes on with the
   * next connection.
   */
  public B endsWithBody() {
    this.endsWithBody = true;
    return self();
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

  /**
   * Asks the server to compress its answer. By default it is asked not to: a server or proxy that
   * does not flush what it compresses holds events back.
   *
   * <p>An event is delivered as soon as enough bytes have come to inflate its last one. Once 1 MiB
   * was inflated, the body may have at most 100 times the bytes that came over the wire; more ends
   * the connection with {@link dev.perennial.StreamException.Reason#LIMIT}. A body that ends within
   * the coding was cut off. {@link dev.perennial.StreamObserver#onBytes} and the limits on silence
   * count inflated bytes.
   */
  public B gzip() {
    this.isGzip = true;
    return self();
  }

  /**
   * Speaks one version of HTTP only. By default it is what the client negotiates.
   *
   * <p>{@link Protocol#HTTP_1_1} gives each stream a connection of its own, so that TCP holds the
   * server back while the consumer does not ask for events. On HTTP/2 OkHttp holds up to 16 MiB for
   * each stream that nobody reads.
   *
   * @param version {@link Protocol#HTTP_1_1}, or {@link Protocol#H2_PRIOR_KNOWLEDGE} for HTTP/2
   *     without TLS
   * @throws IllegalArgumentException when it is another
   */
  public B httpVersion(Protocol version) {
    if (version != Protocol.HTTP_1_1 && version != Protocol.H2_PRIOR_KNOWLEDGE) {
      throw new IllegalArgumentException(
          "httpVersion must be http/1.1 or h2_prior_knowledge, since OkHttp speaks no other alone,"
              + " but was "
              + version);
    }
    this.version = version;
    return self();
  }

  @Override
  protected final Transport transport() {
    HttpOptions options =
        new HttpOptions(
            source(),
            client(),
            headers(),
            authorizer(),
            formatHeaders.build(),
            new ExpectedResponse.Body(accepted, isGzip),
            version,
            cursorPlace(),
            isCursorBound,
            body,
            isResendable,
            endsWithBody || hasEndMarker());
    IntFunction<? extends Framer> framers = framers();
    int maxBytes = maxEventBytes();
    return new HttpTransport(
        options,
        (transport, attempt) ->
            new HttpConnection(transport, options, framers.apply(maxBytes), attempt));
  }

  @Override
  protected final boolean endsWithConnection() {
    if (endsWithBody && hasEndMarker()) {
      throw new IllegalStateException(
          "endsWithBody() cannot be combined with endsAt() or endsAfter(): a body that is over"
              + " before them is incomplete");
    }
    return endsWithBody;
  }

  @Override
  final void requireNotReserved(String name) {
    super.requireNotReserved(name);
    if (name.equalsIgnoreCase(ACCEPT_ENCODING)) {
      throw new IllegalArgumentException(ENCODING_IS_FIXED);
    }
  }

  private @Nullable RequestBody fixedBody() {
    return source() instanceof FixedRequest fixed ? fixed.request().body() : null;
  }
}
