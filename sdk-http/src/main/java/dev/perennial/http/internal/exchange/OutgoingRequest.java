package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.exchange.CredentialCache.Issued;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * One request of an attempt, which is sent once, and what the next one takes over when a redirect
 * is followed.
 */
public final class OutgoingRequest {
  public static final String AUTHORIZATION = "Authorization";
  public static final String ACCEPT_ENCODING = "Accept-Encoding";

  public static final String TWO_AUTHORIZATIONS =
      "credentials(…) cannot be combined with a request that has an Authorization header";
  public static final String ENCODING_IS_FIXED =
      "header Accept-Encoding is set by this library: gzip() asks for the only coding it knows";
  public static final String TWO_BODIES =
      "post(body) cannot be combined with a request that has a body";
  public static final String NOT_DUPLEX = "post(body) must be written whole but the body is duplex";
  public static final String NOT_GET = "Expected the request of a handshake to be a GET but was ";

  /** Refused before the server did anything, so that even a POST may be sent again. */
  private static final Set<Integer> NOT_PROCESSED = Set.of(401, 408, 425, 429, 503);

  private static final int SHORTEST_SECRET = 4;

  private final HttpOptions options;

  /** What the source made; its method, tags and headers count. */
  private final Request supplied;

  /** Null when there are no credentials. */
  private final @Nullable Issued credential;

  private final HttpUrl url;

  /** Null when there is none to send. */
  private final @Nullable String cursor;

  /**
   * Whether all requests so far went to the first origin, or to trusted ones. If not, the caller's
   * headers are left out.
   */
  private final boolean isTrusted;

  /** Whether a byte of this request may have reached the server. Any thread may set it. */
  private volatile boolean isStarted;

  /** What OkHttp returned last, before the caller's interceptors had it; null before that. */
  private volatile @Nullable Response answer;

  private OutgoingRequest(
      HttpOptions options,
      Request supplied,
      @Nullable Issued credential,
      HttpUrl url,
      @Nullable String cursor,
      boolean isTrusted) {
    this.options = options;
    this.supplied = supplied;
    this.credential = credential;
    this.url = url;
    this.cursor = cursor;
    this.isTrusted = isTrusted;
  }

  /**
   * Returns the first request of an attempt.
   *
   * @param position what to resume after; null or empty for nothing
   * @param credential null when there are no credentials
   * @throws TransportException when it cannot be sent as asked
   */
  static OutgoingRequest first(
      HttpOptions options, Request supplied, @Nullable String position, @Nullable Issued credential)
      throws TransportException {
    String cursor = position == null || position.isEmpty() ? null : position;
    if (cursor != null) {
      options.cursorLocation().check(cursor);
    }
    require(supplied.header(ACCEPT_ENCODING) == null, ENCODING_IS_FIXED);
    require(credential == null || supplied.header(AUTHORIZATION) == null, TWO_AUTHORIZATIONS);
    require(options.body() == null || supplied.body() == null, TWO_BODIES);
    require(supplied.body() == null || !supplied.body().isDuplex(), NOT_DUPLEX);
    require(
        !options.expectsUpgrade() || supplied.method().equals("GET"), NOT_GET + supplied.method());
    HttpUrl url = options.cursorLocation().putInto(supplied.url(), cursor);
    return new OutgoingRequest(options, supplied, credential, url, cursor, true);
  }

  private static void require(boolean isMet, String message) throws TransportException {
    if (!isMet) {
      throw new TransportException(Reason.PROTOCOL, message).permanent();
    }
  }

  /** Returns the request that follows a redirect. */
  OutgoingRequest redirectedTo(HttpUrl location) throws TransportException {
    HttpUrl next = options.cursorLocation().putIntoRedirect(location, cursor);
    boolean isSameOrigin =
        next.scheme().equals(url.scheme())
            && next.host().equals(url.host())
            && next.port() == url.port();
    boolean mayLeave = isSameOrigin || !options.isCursorBound();
    requireStays(mayLeave || cursor == null, "cursor", next);
    requireStays(mayLeave || body() == null, "body", next);
    boolean isNextTrusted = isSameOrigin || options.trusted().contain(next);
    return new OutgoingRequest(
        options, supplied, credential, next, cursor, isTrusted && isNextTrusted);
  }

  private void requireStays(boolean isMet, String what, HttpUrl next) throws TransportException {
    require(
        isMet,
        "Expected the "
            + what
            + " to stay at "
            + endpoint()
            + " (cursorStaysAtOrigin) but a redirect leads to "
            + RedactedUrl.of(next));
  }

  HttpUrl url() {
    return url;
  }

  /** Returns the URL as messages may show it. */
  String endpoint() {
    return RedactedUrl.of(url);
  }

  /** Returns the cursor that is sent; null when none is. */
  @Nullable String cursor() {
    return cursor;
  }

  /** Returns the credential that this request shows; null for none. */
  @Nullable Issued credential() {
    return isTrusted ? credential : null;
  }

  /** Whether there is a credential that must not go where this request goes. */
  boolean isWithoutOurCredential() {
    return credential != null && !isTrusted;
  }

  boolean isPost() {
    return body() != null || !supplied.method().equals("GET");
  }

  /** Whether another connection may be made although the server has answered this request. */
  boolean isRepeatable() {
    return !isPost() || (options.isResendable() && isBodyRepeatable());
  }

  /** Whether the body can be written again. */
  boolean isBodyRepeatable() {
    RequestBody body = body();
    return body == null || !body.isOneShot();
  }

  /** Whether a byte of this request may have reached the server. */
  boolean isStarted() {
    return isStarted;
  }

  /** Notes that the call is about to write its request, if this class made that. */
  static void started(Call call) {
    // The call's request: an interceptor of the caller may have replaced the chain's.
    @Nullable OutgoingRequest request = call.request().tag(OutgoingRequest.class);
    if (request != null) {
      request.isStarted = true;
    }
  }

  /** Notes what the call, if this class made its request, was answered with last. */
  static void answered(Call call, Response response) {
    @Nullable OutgoingRequest request = call.request().tag(OutgoingRequest.class);
    if (request != null) {
      request.answer = response;
    }
  }

  /** Returns what the request was answered with last; null for nothing. */
  @Nullable Response answer() {
    return answer;
  }

  Request toRequest() {
    RequestBody body = body();
    String method = options.body() != null ? "POST" : supplied.method();
    return supplied
        .newBuilder()
        .url(url)
        .headers(headers())
        .method(method, body == null ? null : new OneShotBody(body))
        .tag(OutgoingRequest.class, this)
        .build();
  }

  private @Nullable RequestBody body() {
    return options.body() != null ? options.body() : supplied.body();
  }

  private Headers headers() {
    Headers.Builder headers = isTrusted ? callerHeaders().newBuilder() : new Headers.Builder();
    options.expected().addTo(headers);
    for (String name : options.formatHeaders().names()) {
      setAbsent(headers, name, String.valueOf(options.formatHeaders().get(name)));
    }
    headers.set(ACCEPT_ENCODING, options.expected().acceptEncoding());
    Issued shown = credential();
    if (shown != null) {
      headers.addUnsafeNonAscii(AUTHORIZATION, shown.value());
    }
    options.cursorLocation().putInto(headers, cursor);
    return headers.build();
  }

  private Headers callerHeaders() {
    return supplied.headers().newBuilder().addAll(options.callerHeaders()).build();
  }

  private static void setAbsent(Headers.Builder headers, String name, String value) {
    if (headers.get(name) == null) {
      headers.set(name, value);
    }
  }

  /**
   * Makes the failure permanent when this request must not be sent again: a POST that the server
   * may have processed.
   *
   * @param wasSent whether a byte of it may have reached the server
   */
  TransportException refine(TransportException failure, boolean wasSent) {
    if (failure.isPermanent() || !wasSent || !isPost()) {
      return failure;
    }
    boolean wasNotProcessed =
        failure.reason() == Reason.HTTP_STATUS && NOT_PROCESSED.contains(failure.code());
    if (isBodyRepeatable() && (wasNotProcessed || options.isResendable())) {
      return failure;
    }
    String message = failure.getMessage() + whyNotSentAgain();
    Throwable cause = failure.getCause();
    TransportException refined =
        cause != null
            ? new TransportException(failure.reason(), message, cause)
            : new TransportException(
                failure.reason(), failure.code(), message, failure.notBefore());
    return refined.permanent();
  }

  private String whyNotSentAgain() {
    return isBodyRepeatable()
        ? " (the POST may have been processed and is not sent again; resendAfterEvents() allows it)"
        : " (the POST is not sent again: its body can be written once only)";
  }

  /** Returns what messages must not show even when the server repeats it. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    for (HttpUrl each : List.of(supplied.url(), url)) {
      add(secrets, each.encodedQuery());
      for (int i = 0; i < each.querySize(); i++) {
        add(secrets, each.queryParameterValue(i));
      }
      add(secrets, each.username());
      add(secrets, each.password());
    }
    Headers headers = callerHeaders();
    for (int i = 0; i < headers.size(); i++) {
      addHeader(secrets, headers.value(i));
    }
    if (credential != null) {
      addHeader(secrets, credential.value());
    }
    add(secrets, cursor);
    return secrets;
  }

  private static void addHeader(List<String> secrets, String value) {
    add(secrets, value);
    // "Bearer x": the server may repeat x alone.
    add(secrets, value.substring(value.lastIndexOf(' ') + 1));
  }

  private static void add(List<String> secrets, @Nullable String secret) {
    if (secret != null && secret.length() >= SHORTEST_SECRET) {
      secrets.add(secret);
    }
  }

  /** A body that OkHttp does not send again by itself. */
  private static final class OneShotBody extends RequestBody {
    private final RequestBody delegate;

    OneShotBody(RequestBody delegate) {
      this.delegate = delegate;
    }

    @Override
    public @Nullable MediaType contentType() {
      return delegate.contentType();
    }

    @Override
    public long contentLength() throws IOException {
      return delegate.contentLength();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      delegate.writeTo(sink);
    }
  }
}
