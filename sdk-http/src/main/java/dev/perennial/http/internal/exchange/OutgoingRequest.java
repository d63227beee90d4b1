package dev.perennial.http.internal.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.connection.SendLimit;
import dev.perennial.http.internal.exchange.CredentialCache.Issued;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.http.internal.message.Secrets;
import dev.perennial.spi.TransportException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
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

  private static final long LOOK_AT_UPLOAD_NANOS = TimeUnit.SECONDS.toNanos(1);

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

  private final boolean isRedirected;

  private final LongSupplier clock;
  private final SendLimit sending;

  /** What OkHttp returned last, before the caller's interceptors had it; null before that. */
  private volatile @Nullable Response answer;

  private OutgoingRequest(
      HttpOptions options,
      Request supplied,
      @Nullable Issued credential,
      HttpUrl url,
      @Nullable String cursor,
      boolean isTrusted,
      boolean isRedirected,
      LongSupplier clock) {
    this.options = options;
    this.supplied = supplied;
    this.credential = credential;
    this.url = url;
    this.cursor = cursor;
    this.isTrusted = isTrusted;
    this.isRedirected = isRedirected;
    this.clock = clock;
    this.sending = new SendLimit(isRepeatable(), endpoint(), clock);
  }

  /**
   * Returns the first request of an attempt.
   *
   * @param position what to resume after; null or empty for nothing
   * @param credential null when there are no credentials
   * @param clock reads the time in nanoseconds
   * @throws TransportException when it cannot be sent as asked
   */
  static OutgoingRequest first(
      HttpOptions options,
      Request supplied,
      @Nullable String position,
      @Nullable Issued credential,
      LongSupplier clock)
      throws TransportException {
    String cursor = position == null || position.isEmpty() ? null : position;
    if (cursor != null) {
      options.cursorLocation().check(cursor, options.maxCursorBytes());
    }
    require(supplied.header(ACCEPT_ENCODING) == null, ENCODING_IS_FIXED);
    require(credential == null || supplied.header(AUTHORIZATION) == null, TWO_AUTHORIZATIONS);
    require(options.body() == null || supplied.body() == null, TWO_BODIES);
    require(supplied.body() == null || !supplied.body().isDuplex(), NOT_DUPLEX);
    if (options.expectsUpgrade()) {
      require(supplied.method().equals("GET"), NOT_GET + supplied.method());
      String refusal = handshakeRefusal(supplied.headers());
      require(refusal == null, String.valueOf(refusal));
    }
    HttpUrl url = options.cursorLocation().putInto(supplied.url(), cursor);
    return new OutgoingRequest(options, supplied, credential, url, cursor, true, false, clock);
  }

  /** Returns why headers cannot be sent with a handshake; null if they can. */
  public static @Nullable String handshakeRefusal(Headers headers) {
    for (String name : headers.names()) {
      String refusal = ExpectedResponse.Upgraded.refusalOf(name);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
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
    boolean isNextTrusted = isSameOrigin || options.trusted().contain(next);
    OutgoingRequest redirected =
        new OutgoingRequest(
            options,
            supplied,
            credential,
            next,
            cursor,
            isTrusted && isNextTrusted,
            /* isRedirected= */ true,
            clock);
    boolean mayLeave = isSameOrigin || !options.isCursorBound();
    requireStays(mayLeave || cursor == null, "cursor", redirected);
    requireStays(mayLeave || body() == null, "body", redirected);
    return redirected;
  }

  private void requireStays(boolean isMet, String what, OutgoingRequest redirected)
      throws TransportException {
    require(
        isMet,
        "Expected the "
            + what
            + " to stay at "
            + endpoint()
            + " (cursorStaysAtOrigin) but a redirect leads to "
            + redirected.endpoint());
  }

  HttpUrl url() {
    return url;
  }

  /** Returns the URL as messages may show it. The path of a redirect is the server's text. */
  String endpoint() {
    String shown = options.shown(url);
    return isRedirected ? secrets().removedFrom(shown) : shown;
  }

  /** Returns where a request goes, which may be one of an interceptor, as messages may show it. */
  static String endpointOf(Request request) {
    @Nullable OutgoingRequest outgoing = request.tag(OutgoingRequest.class);
    return outgoing == null ? RedactedUrl.of(request.url()) : outgoing.endpoint();
  }

  /** Returns the URL that the request source gave, as messages may show it. */
  String configuredEndpoint() {
    return options.shown(supplied.url());
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

  /**
   * How much longer the answer may take when the attempt's time is up: sending the body does not
   * count, and a server may think for long about what cannot be sent again.
   *
   * @param overdueNanos how long the attempt's time has been up
   */
  long nanosLeft(long overdueNanos) {
    if (sending.isUploading()) {
      return LOOK_AT_UPLOAD_NANOS;
    }
    long limit = options.answerNanos();
    if (limit == HttpOptions.UNLIMITED_BY_CALLER) {
      if (isRepeatable()) {
        return sending.uploadNanos() - overdueNanos;
      }
      limit = HttpOptions.ANSWER_TO_POST_NANOS;
    }
    return isStarted() ? limit - sending.answerNanos() : 0;
  }

  /** Whether this request may have begun something that only other requests may resume. */
  boolean hasBegun() {
    return options.isResumable() && !isRepeatable() && sending.mayBeProcessed();
  }

  /** Notes that the caller has sent this request, and has its answer. */
  void sentByCaller() {
    sending.sentByCaller();
  }

  /** Whether a byte of this request may have reached the server. */
  boolean isStarted() {
    return sending.mayBeSent();
  }

  /**
   * Returns the limit of the request that a call makes, or null when this class did not make it. An
   * interceptor of the caller may have replaced the chain's request, but not the call's.
   */
  static @Nullable SendLimit sending(Call call) {
    @Nullable OutgoingRequest request = call.request().tag(OutgoingRequest.class);
    return request == null ? null : request.sending;
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
        .url(withoutUserInfo(url))
        .headers(headers())
        .method(method, body == null ? null : sending.limited(body))
        .tag(OutgoingRequest.class, this)
        .build();
  }

  /** RFC 9110, 4.2.4: it is not sent, though OkHttp would show it to an HTTP proxy. */
  private static HttpUrl withoutUserInfo(HttpUrl url) {
    return url.newBuilder().username("").password("").build();
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

  /** What the caller gave: the headers, and the user info of the URL as one (RFC 7617). */
  private Headers callerHeaders() {
    Headers.Builder headers = supplied.headers().newBuilder().addAll(options.callerHeaders());
    HttpUrl given = supplied.url();
    boolean hasUserInfo = !given.username().isEmpty() || !given.password().isEmpty();
    if (hasUserInfo && credential == null && headers.get(AUTHORIZATION) == null) {
      headers.set(AUTHORIZATION, Credentials.basic(given.username(), given.password(), UTF_8));
    }
    return headers.build();
  }

  private static void setAbsent(Headers.Builder headers, String name, String value) {
    if (headers.get(name) == null) {
      headers.set(name, value);
    }
  }

  /**
   * Makes the failure permanent when this request must not be sent again: a POST that the server
   * may have processed. What ends the stream in good order is no such failure.
   *
   * @param wasSent whether a byte of it may have reached the server
   */
  TransportException refine(TransportException failure, boolean wasSent) {
    boolean isStatus = failure.reason() == Reason.HTTP_STATUS;
    boolean isEnd = isStatus && failure.code() == 204;
    if (failure.isPermanent() || !wasSent || !isPost() || isEnd || options.isResumable()) {
      return failure;
    }
    boolean wasNotProcessed =
        failure.reason() == Reason.GAP
            || (isStatus ? SendLimit.isNotProcessed(failure.code()) : sending.isRefused());
    if (isBodyRepeatable() && (wasNotProcessed || options.isResendable())) {
      return failure;
    }
    String message = failure.getMessage() + whyNotSentAgain();
    return failure.withMessage(message).permanent();
  }

  private String whyNotSentAgain() {
    return isBodyRepeatable()
        ? " (the POST may have been processed and is not sent again; resendAfterEvents() allows it)"
        : " (the POST is not sent again: its body can be written once only)";
  }

  /** Returns what shows the texts of this request's server in messages. */
  ErrorText errorText() {
    return new ErrorText(secrets());
  }

  Secrets secrets() {
    String shown = credential == null ? null : credential.value();
    return Secrets.of(List.of(supplied.url(), url), callerHeaders(), Arrays.asList(shown, cursor));
  }
}
