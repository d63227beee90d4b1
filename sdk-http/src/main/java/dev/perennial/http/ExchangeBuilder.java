package dev.perennial.http;

import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.StreamBuilder;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
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
  static final String AUTHORIZATION = "Authorization";
  static final String TWO_AUTHORIZATIONS =
      "credentials(…) cannot be combined with a request that has an Authorization header";

  private static final int DEFAULT_MAX_EVENT_BYTES = 8 * 1024 * 1024;

  private final RequestSource source;
  private final Headers.Builder headers = new Headers.Builder();
  private int maxEventBytes = DEFAULT_MAX_EVENT_BYTES;

  /** What the caller chose, or the format's place, or the one of HTML 9.2.4. */
  private CursorLocation cursorPlace = new CursorLocation.Header("Last-Event-ID");

  private boolean isCursorPlaceChosen;

  // Null until set.
  private @Nullable OkHttpClient client;
  private @Nullable Authorizer authorizer;

  ExchangeBuilder(RequestSource source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Sets the OkHttp client to connect with. Its connection pool, interceptors, event listener, DNS,
   * proxy and TLS settings are used, and it is never changed or shut down. Its limits of calls at
   * once, its cache and its read and call timeouts do not apply to streams; redirects are followed
   * by this library, and its interceptors run for each of them. If this method is not invoked the
   * client of the {@link dev.perennial.StreamRuntime} is used.
   */
  public B client(OkHttpClient client) {
    this.client = Objects.requireNonNull(client, "client");
    return self();
  }

  /**
   * Adds a request header. It is sent with each attempt, but not to another origin that a redirect
   * leads to. Characters outside of ASCII are sent as UTF-8.
   *
   * @param name a token, such as {@code X-Api-Key}; a name may be added more than once
   * @param value anything without CR, LF and NUL
   * @throws IllegalArgumentException when the name or the value cannot stand in a header, or when
   *     the header is one that this library sets
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
   * Authorises each attempt with what {@code credentials} give. By default no {@code Authorization}
   * is sent but a {@link #header} of that name, with which this cannot be combined. It is not sent
   * to another origin that a redirect leads to.
   *
   * @param credentials asked at first and after a refusal; streams that are given the same object
   *     share what it gave
   * @throws IllegalStateException when an Authorization header was set, or holds the cursor
   */
  public B credentials(Credentials credentials) {
    Objects.requireNonNull(credentials, "credentials");
    if (headers.get(AUTHORIZATION) != null) {
      throw new IllegalStateException(
          "credentials(…) cannot be combined with header(\"Authorization\", …)");
    }
    if (hasFixedHeader(AUTHORIZATION)) {
      throw new IllegalStateException(TWO_AUTHORIZATIONS);
    }
    if (isCursorHeader(AUTHORIZATION)) {
      throw new IllegalStateException(
          "credentials(…) cannot be combined with " + cursorPlace.option());
    }
    this.authorizer = Authorizer.of(credentials);
    return self();
  }

  /**
   * Sends the cursor in the request header {@code name}, as UTF-8. Cannot be combined with {@link
   * #cursorParameter}. By default the format says where the cursor goes: with server-sent events to
   * the header {@code Last-Event-ID}.
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
    if (authorizer != null && name.equalsIgnoreCase(AUTHORIZATION)) {
      throw new IllegalStateException(
          "cursorHeader \"" + name + "\" cannot be combined with credentials(…)");
    }
    return chooseCursorPlace(new CursorLocation.Header(name));
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
    return chooseCursorPlace(new CursorLocation.Parameter(name));
  }

  /**
   * Sends the cursor as the query parameter {@code name} where the caller chooses no place. If a
   * format does not invoke this method it goes to the header {@code Last-Event-ID}.
   */
  protected final void formatCursorParameter(String name) {
    defaultCursorPlace(new CursorLocation.Parameter(name));
  }

  private B chooseCursorPlace(CursorLocation place) {
    if (isCursorPlaceChosen && cursorPlace.getClass() != place.getClass()) {
      throw new IllegalStateException(
          place.option()
              + " cannot be combined with "
              + cursorPlace.option()
              + ": the cursor goes to one place");
    }
    cursorPlace = place;
    isCursorPlaceChosen = true;
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
   * @param bytes the most bytes, of all that stands for the event on the wire
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
   * A stream whose data are decoded from JSON. Does no I/O.
   *
   * @param json the type of each event; properties that it does not know are ignored
   */
  public <T> EventStream<T> stream(Class<T> json) {
    return stream(Json.decoder(json));
  }

  /** Sets where the cursor goes unless the caller chooses. */
  final void defaultCursorPlace(CursorLocation place) {
    cursorPlace = place;
  }

  void requireNotReserved(String name) {
    if (isCursorHeader(name)) {
      throw new IllegalArgumentException(
          "header " + name + " is where the cursor goes: set it with withCursor() on the stream");
    }
    if (authorizer != null && name.equalsIgnoreCase(AUTHORIZATION)) {
      throw new IllegalStateException(
          "header(\"" + name + "\", …) cannot be combined with credentials(…)");
    }
  }

  private boolean isCursorHeader(String name) {
    return cursorPlace instanceof CursorLocation.Header cursor
        && cursor.name().equalsIgnoreCase(name);
  }

  /** Whether each attempt sends a header that stands in the request already. */
  private boolean hasFixedHeader(String name) {
    return source instanceof FixedRequest fixed && fixed.request().header(name) != null;
  }

  final RequestSource source() {
    return source;
  }

  final Headers headers() {
    return headers.build();
  }

  final @Nullable Authorizer authorizer() {
    return authorizer;
  }

  final CursorLocation cursorPlace() {
    return cursorPlace;
  }

  final int maxEventBytes() {
    return maxEventBytes;
  }

  final @Nullable OkHttpClient client() {
    return client;
  }
}
