package dev.perennial.http;

import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.http.internal.exchange.CredentialCache;
import dev.perennial.http.internal.exchange.ExpectedResponse;
import dev.perennial.http.internal.exchange.FirstAnswer;
import dev.perennial.http.internal.exchange.HttpOptions;
import dev.perennial.http.internal.exchange.OutgoingRequest;
import dev.perennial.http.internal.message.CursorLocation;
import dev.perennial.http.internal.message.HeaderRules;
import dev.perennial.http.internal.message.TrustedOrigins;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.StreamBuilder;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Options of every stream that begins with an HTTP request: the client, the headers, the
 * credentials and where the cursor goes. The options that any transport has are those of {@link
 * StreamBuilder}.
 *
 * <p>Each option that is set again replaces what was set before, except {@link #header}.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class ExchangeBuilder<B extends ExchangeBuilder<B>> extends StreamBuilder<B> {
  private static final int DEFAULT_MAX_EVENT_BYTES = 8 * 1024 * 1024;

  private final RequestSource source;
  private final Headers.Builder headers = new Headers.Builder();
  private int maxEventBytes = DEFAULT_MAX_EVENT_BYTES;

  /** What the caller chose, or else the format, or else HTML 9.2.4. */
  private CursorLocation cursorLocation = new CursorLocation.Header("Last-Event-ID");

  private boolean isCursorLocationChosen;
  private boolean isCursorBound;
  private TrustedOrigins trusted = TrustedOrigins.NONE;

  // Null until set.
  private @Nullable OkHttpClient client;
  private @Nullable CredentialCache credentials;

  ExchangeBuilder(RequestSource source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Sets the OkHttp client to connect with. Its interceptors, event listener, DNS, proxy and TLS
   * settings are used, and it is never changed or shut down. Its limits on concurrent calls, its
   * cache and its read and call timeouts do not apply to streams. Redirects are followed by this
   * library, and the client's interceptors run for each of them. By default it is the {@link
   * SharedClient} of the runtime.
   *
   * <p>Streams do not use the connections of the client's pool. The streams of one client share a
   * connection of HTTP/2 while they are open; no connection is kept when its last stream has ended.
   * A connection of HTTP/2 is pinged every 15 s unless the client has an interval of its own.
   */
  public B client(OkHttpClient client) {
    this.client = Objects.requireNonNull(client, "client");
    return self();
  }

  /**
   * Adds a request header. It is sent with each attempt, but not to another origin that a redirect
   * leads to. Characters that are not ASCII are sent as UTF-8.
   *
   * @param name a token, such as {@code X-Api-Key}; a name may be added more than once
   * @param value anything without CR, LF and NUL
   * @throws IllegalArgumentException when a header cannot have the name or the value, or when this
   *     library sets the header itself
   * @throws IllegalStateException when it is {@code Authorization} and {@link #credentials} were
   *     set
   */
  public B header(String name, String value) {
    HeaderRules.requireName("header name", name);
    HeaderRules.requireValue(name, value);
    requireNotReserved(name);
    headers.addUnsafeNonAscii(name, value);
    return self();
  }

  /**
   * Sends what {@code credentials} give in the header {@code Authorization}, but not to another
   * origin that a redirect leads to. Cannot be combined with a {@link #header} of that name. By
   * default there are no credentials.
   *
   * @param credentials asked before the first connection and after a refusal; streams that are
   *     given the same object share what it gave
   * @throws IllegalStateException when an Authorization header was set, or holds the cursor
   */
  public B credentials(Credentials credentials) {
    Objects.requireNonNull(credentials, "credentials");
    if (headers.get(OutgoingRequest.AUTHORIZATION) != null) {
      throw new IllegalStateException(
          "credentials(…) cannot be combined with header(\"Authorization\", …)");
    }
    if (hasFixedHeader(OutgoingRequest.AUTHORIZATION)) {
      throw new IllegalStateException(OutgoingRequest.TWO_AUTHORIZATIONS);
    }
    if (isCursorHeader(OutgoingRequest.AUTHORIZATION)) {
      throw new IllegalStateException(
          "credentials(…) cannot be combined with " + cursorLocation.option());
    }
    this.credentials = CredentialCache.of(credentials, credentials::authorization);
    return self();
  }

  /**
   * Sends the cursor in the request header {@code name}, as UTF-8. Cannot be combined with {@link
   * #cursorParameter}. By default the format decides where the cursor goes: with server-sent events
   * to the header {@code Last-Event-ID}.
   *
   * @throws IllegalArgumentException when it is not the name of a header
   * @throws IllegalStateException when another place was chosen, or the header holds something else
   */
  public B cursorHeader(String name) {
    HeaderRules.requireName("cursorHeader", name);
    if (headers.get(name) != null) {
      throw new IllegalStateException(
          "cursorHeader \"" + name + "\" cannot be combined with header(\"" + name + "\", …)");
    }
    if (credentials != null && name.equalsIgnoreCase(OutgoingRequest.AUTHORIZATION)) {
      throw new IllegalStateException(
          "cursorHeader \"" + name + "\" cannot be combined with credentials(…)");
    }
    return chooseCursorLocation(new CursorLocation.Header(name));
  }

  /**
   * Sends the cursor as the query parameter {@code name}, percent-encoded, in place of one that the
   * URL has already. Cannot be combined with {@link #cursorHeader}.
   *
   * @throws IllegalArgumentException when the name is empty
   * @throws IllegalStateException when another place was chosen
   */
  public B cursorParameter(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("cursorParameter must not be empty");
    }
    return chooseCursorLocation(new CursorLocation.Parameter(name));
  }

  /**
   * Leaves the cursor to the {@link RequestSource}, which puts {@link
   * dev.perennial.spi.Attempt#cursor} where the server expects it, such as in the body of the
   * request. Cannot be combined with {@link #cursorHeader} and {@link #cursorParameter}.
   *
   * @throws IllegalStateException when another place was chosen, or the request is the same for
   *     each attempt
   */
  public B cursorInRequest() {
    if (fixedRequest() != null) {
      throw new IllegalStateException(
          "cursorInRequest() needs a RequestSource that makes the request of each attempt");
    }
    return chooseCursorLocation(new CursorLocation.Nowhere());
  }

  /**
   * Sends the cursor as the query parameter {@code name} unless the caller chooses another place.
   * By default it goes to the header {@code Last-Event-ID}.
   */
  protected final void formatCursorParameter(String name) {
    defaultCursorLocation(new CursorLocation.Parameter(name));
  }

  /**
   * Keeps the cursor and the request's body from other origins: when there is a cursor to resume
   * after, or a body, a redirect to another scheme, host or port ends the subscription. By default
   * both are sent along, as in browsers: without the cursor events would be missed silently.
   */
  public B cursorStaysAtOrigin() {
    this.isCursorBound = true;
    return self();
  }

  /**
   * Sends the caller's headers and the credentials also to these origins when a redirect leads
   * there. By default they are sent to the origin of the first request only. Trust only origins of
   * the same owner: a server that can redirect decides who of them gets the credentials.
   *
   * @param origins such as {@code https://b.example.com}; {@code https://*.example.com} stands for
   *     all subdomains of a host, but not for itself
   * @throws IllegalArgumentException when one is not an origin
   */
  public B trustOrigins(String... origins) {
    this.trusted = TrustedOrigins.of(List.of(origins));
    return self();
  }

  private B chooseCursorLocation(CursorLocation location) {
    if (isCursorLocationChosen && cursorLocation.getClass() != location.getClass()) {
      throw new IllegalStateException(
          location.option()
              + " cannot be combined with "
              + cursorLocation.option()
              + ": the cursor goes to one place");
    }
    cursorLocation = location;
    isCursorLocationChosen = true;
    return self();
  }

  /** The field that {@link #cursor} was set to; null when it was set to something else, or not. */
  protected final @Nullable JsonField cursorField() {
    return super.cursorFinder() instanceof JsonField field ? field : null;
  }

  /**
   * Whether the format's own frames carry the text of {@link #cursorField()}, so that it is not
   * looked for again. By default not.
   */
  protected boolean readsCursorField() {
    return false;
  }

  @Override
  protected @Nullable Function<? super Payload, @Nullable String> cursorFinder() {
    boolean isRead = readsCursorField() && cursorField() != null;
    return isRead ? null : super.cursorFinder();
  }

  /**
   * Limits one event. A larger one ends the connection. By default 8 MiB.
   *
   * @param bytes the most bytes that the whole event may have on the wire
   * @throws IllegalArgumentException when it is not positive
   */
  public B maxEventBytes(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("maxEventBytes must be positive but was " + bytes);
    }
    this.maxEventBytes = bytes;
    return self();
  }

  /**
   * Creates a stream whose data are decoded from JSON. Does no I/O.
   *
   * @param json the type of each event; properties that it does not know are ignored
   */
  public <T> EventStream<T> stream(Class<T> json) {
    return stream(Json.decoder(json));
  }

  /** Sets where the cursor goes unless the caller chooses another place. */
  final void defaultCursorLocation(CursorLocation location) {
    cursorLocation = location;
  }

  void requireNotReserved(String name) {
    if (isCursorHeader(name)) {
      throw new IllegalArgumentException(
          "header " + name + " is where the cursor goes: set it with withCursor() on the stream");
    }
    if (credentials != null && name.equalsIgnoreCase(OutgoingRequest.AUTHORIZATION)) {
      throw new IllegalStateException(
          "header(\"" + name + "\", …) cannot be combined with credentials(…)");
    }
  }

  private boolean isCursorHeader(String name) {
    return cursorLocation instanceof CursorLocation.Header cursor
        && cursor.name().equalsIgnoreCase(name);
  }

  /** Whether the request has the header already, and is the same for each attempt. */
  private boolean hasFixedHeader(String name) {
    Request fixed = fixedRequest();
    return fixed != null && fixed.header(name) != null;
  }

  /** Returns the request if it is the same for each attempt; otherwise null. */
  final @Nullable Request fixedRequest() {
    return source.fixedRequest();
  }

  /** Whether the caller has said how the cursor reaches the server. */
  final boolean isCursorLocationChosen() {
    return isCursorLocationChosen;
  }

  /** Returns where the cursor goes besides the request that the caller makes with it. */
  final CursorLocation cursorLocationOfResuming() {
    return isCursorLocationChosen ? cursorLocation : new CursorLocation.Nowhere();
  }

  /** Returns a transport whose requests {@code other} makes. */
  final HttpTransport transport(
      RequestSource other,
      HttpOptions options,
      @Nullable Protocol version,
      HttpTransport.Connections connections) {
    return new HttpTransport(other, client, version, options, null, connections);
  }

  final TrustedOrigins trusted() {
    return trusted;
  }

  final CursorLocation cursorLocation() {
    return cursorLocation;
  }

  @Override
  protected final int maxEventBytes() {
    return maxEventBytes;
  }

  /** Returns how to ask and what to accept, from the options as they are set now. */
  final HttpOptions options(
      Headers formatHeaders,
      ExpectedResponse expected,
      @Nullable RequestBody body,
      boolean isResendable,
      boolean isResumable,
      long answerNanos) {
    if (isCursorLocationChosen && isPositionAtServer()) {
      throw new IllegalStateException(
          cursorLocation.option()
              + " cannot be combined with positionAtServer(): no cursor is ever sent");
    }
    return new HttpOptions(
        headers.build(),
        credentials,
        trusted,
        cursorLocation,
        maxCursorBytes(),
        isCursorBound,
        formatHeaders,
        expected,
        body,
        isResendable,
        isResumable,
        answerNanos);
  }

  /**
   * Returns a transport over the client and the request source as they are set now.
   *
   * @param version the only one to speak; null for those of the client
   * @param firstAnswer what answers the first request already; null for nothing
   */
  final HttpTransport transport(
      HttpOptions options,
      @Nullable Protocol version,
      @Nullable FirstAnswer firstAnswer,
      HttpTransport.Connections connections) {
    return new HttpTransport(source, client, version, options, firstAnswer, connections);
  }
}
