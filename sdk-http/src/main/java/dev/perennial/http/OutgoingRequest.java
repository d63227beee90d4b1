package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.CredentialCache.Issued;
import dev.perennial.spi.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** One request of an attempt, and what the next one takes over when a redirect leads on. */
final class OutgoingRequest {
  private static final String ACCEPT_ENCODING = "Accept-Encoding";

  /** Refused before the server did anything, so that even a POST may come again. */
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

  /** Whether all requests so far went to one origin. Once false, the caller's headers stay here. */
  private final boolean isFirstOrigin;

  private OutgoingRequest(
      HttpOptions options,
      Request supplied,
      @Nullable Issued credential,
      HttpUrl url,
      @Nullable String cursor,
      boolean isFirstOrigin) {
    this.options = options;
    this.supplied = supplied;
    this.credential = credential;
    this.url = url;
    this.cursor = cursor;
    this.isFirstOrigin = isFirstOrigin;
  }

  /**
   * The first request of an attempt.
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
      options.cursorPlace().check(cursor);
    }
    if (supplied.header(ACCEPT_ENCODING) != null) {
      throw new TransportException(Reason.PROTOCOL, HttpStreamBuilder.ENCODING_IS_FIXED)
          .permanent();
    }
    if (credential != null && supplied.header(ExchangeBuilder.AUTHORIZATION) != null) {
      throw new TransportException(Reason.PROTOCOL, ExchangeBuilder.TWO_AUTHORIZATIONS).permanent();
    }
    if (options.body() != null && supplied.body() != null) {
      throw new TransportException(Reason.PROTOCOL, HttpStreamBuilder.TWO_BODIES).permanent();
    }
    if (supplied.body() != null && supplied.body().isDuplex()) {
      throw new TransportException(Reason.PROTOCOL, HttpStreamBuilder.NOT_DUPLEX).permanent();
    }
    if (options.wanted() instanceof ExpectedResponse.Upgraded && !supplied.method().equals("GET")) {
      throw new TransportException(Reason.PROTOCOL, UpgradeBuilder.NOT_GET + supplied.method())
          .permanent();
    }
    HttpUrl url = options.cursorPlace().putInto(supplied.url(), cursor);
    return new OutgoingRequest(options, supplied, credential, url, cursor, true);
  }

  /** The request that a redirect leads to. */
  OutgoingRequest redirectedTo(HttpUrl location) throws TransportException {
    HttpUrl next = options.cursorPlace().putIntoRedirect(location, cursor);
    boolean isSameOrigin =
        next.scheme().equals(url.scheme())
            && next.host().equals(url.host())
            && next.port() == url.port();
    if (!isSameOrigin && cursor != null && options.isCursorBound()) {
      throw new TransportException(
              Reason.PROTOCOL,
              "Expected the cursor to stay at "
                  + endpoint()
                  + " (cursorStaysAtOrigin) but a redirect leads to "
                  + RedactedUrl.of(next))
          .permanent();
    }
    return new OutgoingRequest(
        options, supplied, credential, next, cursor, isFirstOrigin && isSameOrigin);
  }

  HttpUrl url() {
    return url;
  }

  /** The URL as messages may show it. */
  String endpoint() {
    return RedactedUrl.of(url);
  }

  /** Null when none is sent. */
  @Nullable String cursor() {
    return cursor;
  }

  /** The credential that this request shows; null for none. */
  @Nullable Issued credential() {
    return isFirstOrigin ? credential : null;
  }

  /** Whether there is a credential that must not go where this request goes. */
  boolean isWithoutOurCredential() {
    return credential != null && !isFirstOrigin;
  }

  boolean isUpgrade() {
    return options.wanted() instanceof ExpectedResponse.Upgraded;
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

  Request toRequest(Sending sending) {
    RequestBody body = body();
    String method = options.body() != null ? "POST" : supplied.method();
    return supplied
        .newBuilder()
        .url(url)
        .headers(headers())
        .method(method, body == null ? null : new OneShotBody(body))
        .tag(Sending.class, sending)
        .build();
  }

  private @Nullable RequestBody body() {
    return options.body() != null ? options.body() : supplied.body();
  }

  private Headers headers() {
    Headers.Builder headers = isFirstOrigin ? callerHeaders().newBuilder() : new Headers.Builder();
    options.wanted().ask(headers);
    for (String name : options.formatHeaders().names()) {
      setAbsent(headers, name, String.valueOf(options.formatHeaders().get(name)));
    }
    headers.set(ACCEPT_ENCODING, options.wanted().coding());
    Issued shown = credential();
    if (shown != null) {
      headers.addUnsafeNonAscii(ExchangeBuilder.AUTHORIZATION, shown.value());
    }
    options.cursorPlace().putInto(headers, cursor);
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
   * The failure, permanent when this request must not be sent again: a POST that the server may
   * have processed.
   *
   * @param wasSent whether a byte of it may have gone out
   */
  TransportException judged(TransportException failure, boolean wasSent) {
    if (failure.isPermanent() || !wasSent || !isPost()) {
      return failure;
    }
    boolean wasNotProcessed =
        failure.reason() == Reason.HTTP_STATUS && NOT_PROCESSED.contains(failure.code());
    if (isBodyRepeatable() && (wasNotProcessed || options.isResendable())) {
      return failure;
    }
    String message = failure.getMessage() + notSentAgain();
    Throwable cause = failure.getCause();
    TransportException told =
        cause != null
            ? new TransportException(failure.reason(), message, cause)
            : new TransportException(
                failure.reason(), failure.code(), message, failure.notBefore());
    return told.permanent();
  }

  private String notSentAgain() {
    return isBodyRepeatable()
        ? " (the POST may have been processed and is not sent again; resendAfterEvents() allows it)"
        : " (the POST is not sent again: its body can be written once only)";
  }

  /** What must not be shown even when a server repeats it. */
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
}
