package dev.perennial.http;

import dev.perennial.http.internal.exchange.ExpectedResponse;
import dev.perennial.http.internal.exchange.FirstAnswer;
import dev.perennial.http.internal.exchange.HttpOptions;
import dev.perennial.http.internal.exchange.OutgoingRequest;
import dev.perennial.http.internal.message.AcceptedTypes;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Describes a stream that is the body of an HTTP response.
 *
 * <p>Redirects are followed, at most 20 and never from https to http. To another origin (scheme,
 * host, port) the cursor is sent along; the caller's headers and credentials only if it is one of
 * {@link #trustOrigins}.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class HttpStreamBuilder<B extends HttpStreamBuilder<B>> extends ExchangeBuilder<B> {
  /** The type of the one event that an answer is which is a {@link #orDocument document}. */
  public static final String DOCUMENT = Documents.TYPE;

  private final Headers.Builder formatHeaders = new Headers.Builder();
  private AcceptedTypes accepted;
  private boolean isResendable;
  private BodyEnd bodyEnd = BodyEnd.CONTINUES;
  private boolean isGzip;
  private long answerNanos = HttpOptions.UNLIMITED_BY_CALLER;

  /** Null for those of the client. */
  private @Nullable Protocol version;

  /** Null for what the request source says. */
  private @Nullable RequestBody body;

  /** Null when each connection begins with the same request. */
  private @Nullable RequestSource resuming;

  /** Null when the caller has no answer already. */
  private @Nullable FirstAnswer firstAnswer;

  /** Null when the answer has to be a stream. */
  private @Nullable AcceptedTypes documents;

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
    Request fixed = source.fixedRequest();
    if (fixed != null) {
      requireSendable(fixed);
    }
  }

  private static void requireSendable(Request request) {
    if (request.header(OutgoingRequest.ACCEPT_ENCODING) != null) {
      throw new IllegalArgumentException(OutgoingRequest.ENCODING_IS_FIXED);
    }
    RequestBody body = request.body();
    if (body != null && body.isDuplex()) {
      throw new IllegalArgumentException(OutgoingRequest.NOT_DUPLEX);
    }
  }

  /**
   * Adds a header that requests of the format have. One that the caller sets replaces it.
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
   * @param contentTypes such as other names of the format
   */
  protected final void formatAccepts(String... contentTypes) {
    accepted = accepted.and(List.of(contentTypes));
  }

  /**
   * Returns what makes the framer of one connection, given the most bytes that an event may have.
   * Called for each stream; the returned function must not change with the builder's options.
   */
  protected abstract IntFunction<? extends Framer> framers();

  /**
   * Sets the content types that open the stream, in place of the format's. Their parameters are
   * sent but not compared. With {@code *}{@code /*} every response opens it, also one without a
   * content type.
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
   * <p>A POST may have an effect each time that it arrives. So it is sent again only when no part
   * of it can have been processed: when connecting failed, on 401, 408, 410, 425, 429 and 503, or
   * when a server of HTTP/2 refused its stream (RFC 9113, 8.7). The client's interceptors cannot
   * send it again otherwise; 204 completes the stream, and 410 after a cursor is a gap, as with a
   * GET. Any other failure is terminal, and so is the orderly end of the response, unless the
   * stream declares how it ends with {@link #endsAt}, {@link #endsAfter} or {@link #endsWithBody}.
   * {@link #resendAfterEvents} lifts this.
   *
   * @param body written on each attempt
   * @throws IllegalArgumentException when the body is duplex
   * @throws IllegalStateException when {@link #resendAfterEvents} was set and the body can be
   *     written once only, or when the request has a body already
   */
  public B post(RequestBody body) {
    Objects.requireNonNull(body, "body");
    if (body.isDuplex()) {
      throw new IllegalArgumentException(OutgoingRequest.NOT_DUPLEX);
    }
    if (fixedBody() != null) {
      throw new IllegalStateException(OutgoingRequest.TWO_BODIES);
    }
    requireRepeatable(isResendable, body);
    this.body = body;
    return self();
  }

  /**
   * Sends the request again whenever the connection is lost, although it is a POST: it has no
   * effect, or its server recognises the repetition. By default it is not sent again.
   *
   * @throws IllegalStateException when the body can be written once only
   */
  public B resendAfterEvents() {
    requireRepeatable(true, body != null ? body : fixedBody());
    this.isResendable = true;
    return self();
  }

  /**
   * Resumes the stream with other requests than the one that begins it: once there is a cursor,
   * {@code resume} makes the request of each connection. For servers where one POST creates
   * something, and a GET or another POST continues with its events.
   *
   * <p>The first request is sent until it can have been processed, and then never again by this
   * subscription, also not when the answer ends in good order or the cursor gets lost. If its
   * connection is lost before there is a cursor, the subscription fails. {@link #cursor(
   * java.util.function.BiFunction)} and {@link #cursorFromAnswer} find cursors that say what was
   * created, too. A subscription that starts with a cursor sends no first request.
   *
   * <p>The requests of {@code resume} may be sent any number of times, POSTs included. The library
   * adds the headers of the builder, but puts the cursor nowhere unless {@link #cursorHeader} or
   * {@link #cursorParameter} says so: take it from {@link dev.perennial.spi.Attempt#cursor}. They
   * go to the origin of the first request, or to one of {@link #trustOrigins}; another one ends the
   * subscription.
   *
   * <p>By default each connection begins with the same request.
   *
   * @param resume makes a request for {@link dev.perennial.spi.Attempt#cursor}, which is not null
   */
  public B resumeWith(RequestSource resume) {
    this.resuming = Objects.requireNonNull(resume, "resume");
    return self();
  }

  /**
   * Reads a response that you have already, in place of the first request. It is judged as any
   * answer: its status, content type and end. Connections that follow are requested as this builder
   * says: from the request of the response, for example, unless that is a POST, which counts as
   * sent and is {@linkplain #post not sent again}; {@link #resumeWith} continues after it.
   *
   * <pre>{@code
   * EventStream<String> stream =
   *     Sse.builder(response.request()).firstAnswer(response, call::cancel).stream();
   * }</pre>
   *
   * <p>The first subscription of the streams of this builder reads the response and closes it;
   * until then it is yours to close. Others request the stream. The read timeout and the call
   * timeout of your client hold for this connection: by default OkHttp ends one that is quiet for
   * 10 s. By default each connection is requested.
   *
   * @param response with a body that nothing was read of. Of a source of another client, make a
   *     response with {@link Response.Builder}
   * @param cancel ends a read that waits, as {@code call::cancel} does. Called by any thread, when
   *     the subscription ends or replaces its connection; must not block. What it throws goes to
   *     the thread's handler of uncaught exceptions
   */
  public B firstAnswer(Response response, Runnable cancel) {
    this.firstAnswer =
        new FirstAnswer(
            Objects.requireNonNull(response, "response"), Objects.requireNonNull(cancel, "cancel"));
    return self();
  }

  /**
   * Accepts an answer that is one document in place of a stream, as a server sends when it has
   * nothing to wait for. The document is one event, of the type {@value #DOCUMENT}, and completes
   * the stream, whatever else declares its end. By default such an answer is a {@link
   * dev.perennial.StreamException.Reason#CONTENT_TYPE} failure.
   *
   * @param contentTypes such as {@code application/json}; they are asked for, too
   * @throws IllegalArgumentException when there is none, or one is not a content type
   */
  public B orDocument(String... contentTypes) {
    this.documents = AcceptedTypes.of(List.of(contentTypes));
    return self();
  }

  /**
   * Limits the wait for the head of the answer, counted from when the request was sent whole. It
   * extends {@linkplain dev.perennial.EventStream#withAttemptTimeout the attempt's timeout}, which
   * limits connecting; the time of an upload counts for neither. By default the answer to a POST
   * that is not sent again may take 10 min, since a language model may think for long; any other
   * answer has to come within the attempt's timeout.
   *
   * @throws IllegalArgumentException when it is not positive
   */
  public B answerTimeout(Duration timeout) {
    this.answerNanos = Nanos.of(Durations.requirePositive("answerTimeout", timeout));
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
   * Treats the declared end of the response's body as the end of the stream: the subscription
   * completes. By default the stream continues with the next connection.
   *
   * <p>The end is declared by a length, by the last chunk (RFC 9112, 6), or by the end of an HTTP/2
   * stream. A body that is cut before it is {@linkplain
   * dev.perennial.StreamException.Reason#INCOMPLETE incomplete}, and so is one that ends inside an
   * event, and one that has neither a length nor chunks: it ends with its connection wherever that
   * is cut (8), and Java's TLS hides whether the server closed it. {@link #endsWithBodyOrClose}
   * accepts the latter.
   */
  public B endsWithBody() {
    this.bodyEnd = BodyEnd.COMPLETES;
    return self();
  }

  /**
   * As {@link #endsWithBody}, and also for a body that has neither a length nor chunks, as servers
   * of HTTP/1.0 send it: the subscription completes when its connection ends outside of an event.
   * If the connection was cut there, the rest of the stream is lost without notice.
   */
  public B endsWithBodyOrClose() {
    this.bodyEnd = BodyEnd.COMPLETES_WITH_CONNECTION;
    return self();
  }

  /**
   * Asks the server to compress its response. By default it is asked not to: a server or proxy that
   * does not flush what it compresses delays events.
   *
   * <p>An event is delivered as soon as enough bytes have come to inflate its last one. Once 1 MiB
   * was inflated, the body may have at most 100 times the bytes on the wire; more ends the
   * connection with {@link dev.perennial.StreamException.Reason#LIMIT}. A body that ends within the
   * compressed data was cut off. {@link dev.perennial.StreamObserver#onBytes} and the limits on
   * silence count inflated bytes.
   */
  public B gzip() {
    this.isGzip = true;
    return self();
  }

  /**
   * Speaks only one version of HTTP. By default it is what the client negotiates.
   *
   * <p>{@link Protocol#HTTP_1_1} gives each stream a connection of its own, so that TCP slows the
   * server down while the consumer does not ask for events. On HTTP/2 OkHttp buffers up to 16 MiB
   * for each stream that is not read.
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
        options(
            formatHeaders.build(),
            new ExpectedResponse.Body(
                documents == null ? accepted : accepted.orAsked(documents), isGzip),
            body,
            isResendable,
            resuming != null,
            answerNanos);
    IntFunction<? extends Framer> framers = framers();
    int maxBytes = maxEventBytes();
    BodyEnd end = hasEndMarker() ? BodyEnd.IS_MARKED : bodyEnd;
    Documents whole = documents == null ? null : new Documents(documents, maxBytes);
    HttpTransport.Connections connections =
        (exchange, attempt) ->
            new HttpConnection(exchange, framers.apply(maxBytes), end, whole, attempt.timekeeper());
    HttpTransport begin = transport(options, version, firstAnswer, connections);
    RequestSource other = resuming;
    if (other == null) {
      return begin;
    }
    return new ResumableTransport(
        begin,
        transport(
            new ResumingSource(other, begin, trusted()),
            options.ofResuming(cursorLocationOfResuming()),
            version,
            connections));
  }

  @Override
  protected final boolean endsWithConnection() {
    if (bodyEnd.completes() && hasEndMarker()) {
      throw new IllegalStateException(
          "endsWithBody() cannot be combined with endsAt() or endsAfter(): a body that is over"
              + " before them is incomplete");
    }
    return bodyEnd.completes();
  }

  @Override
  final void requireNotReserved(String name) {
    super.requireNotReserved(name);
    if (name.equalsIgnoreCase(OutgoingRequest.ACCEPT_ENCODING)) {
      throw new IllegalArgumentException(OutgoingRequest.ENCODING_IS_FIXED);
    }
  }

  private @Nullable RequestBody fixedBody() {
    Request fixed = fixedRequest();
    return fixed != null ? fixed.body() : null;
  }
}
