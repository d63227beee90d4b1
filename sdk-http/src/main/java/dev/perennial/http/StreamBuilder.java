package dev.perennial.http;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.internal.classify.Classification;
import dev.perennial.internal.classify.ClassifyingTransport;
import dev.perennial.internal.classify.Identification;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.Transport;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Describes what goes over the wire, and what the bytes that come mean. What the subscription does
 * with the events is set on the {@link EventStream} that {@link #stream()} makes.
 *
 * <p>Each option that is set again replaces what was set before, except {@link #header}. A builder
 * may make any number of streams; what is changed afterwards does not change those that are made.
 * It belongs to one thread.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class StreamBuilder<B extends StreamBuilder<B>> {
  static final String AUTHORIZATION = "Authorization";
  static final String TWO_AUTHORIZATIONS =
      "credentials(…) cannot be combined with a request that has an Authorization header";

  private static final int DEFAULT_MAX_EVENT_BYTES = 8 * 1024 * 1024;

  private final RequestSource source;
  private final Headers.Builder headers = new Headers.Builder();
  private int maxEventBytes = DEFAULT_MAX_EVENT_BYTES;

  /** What the caller chose, or the format's place, or the one of HTML 9.2.4. */
  private CursorPlace cursorPlace = new CursorPlace.Header("Last-Event-ID");

  private boolean isCursorPlaceChosen;

  // Null until set.
  private @Nullable OkHttpClient client;
  private @Nullable Authorizer authorizer;
  private @Nullable Function<? super Payload, @Nullable String> cursor;
  private @Nullable Function<? super Payload, @Nullable String> id;
  private @Nullable Sequence sequence;
  private @Nullable Predicate<? super Payload> endsAt;
  private @Nullable Predicate<? super Payload> endsAfter;
  private @Nullable Predicate<? super Payload> heartbeat;
  private @Nullable Function<? super Payload, Payload.Kind> classify;

  StreamBuilder(RequestSource source) {
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
    return chooseCursorPlace(new CursorPlace.Header(name));
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
    return chooseCursorPlace(new CursorPlace.Parameter(name));
  }

  /**
   * Sends the cursor as the query parameter {@code name} where the caller chooses no place. If a
   * format does not invoke this method it goes to the header {@code Last-Event-ID}.
   */
  protected final void formatCursorParameter(String name) {
    defaultCursorPlace(new CursorPlace.Parameter(name));
  }

  private B chooseCursorPlace(CursorPlace place) {
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

  /**
   * Finds the cursor of each event in its payload, such as {@code Json.field("/seq")}. What it
   * finds counts in place of what the format says: an {@code id} field of server-sent events is
   * then ignored. By default the format says where the cursor is.
   *
   * @param cursor sees the payload before it is decoded; runs on the subscription's thread. Null or
   *     an empty text leaves the position where it is; more than 4 KiB ends the connection; when it
   *     throws the event is malformed
   */
  public B cursor(Function<? super Payload, @Nullable String> cursor) {
    this.cursor = Objects.requireNonNull(cursor, "cursor");
    return self();
  }

  /** The field that {@link #cursor} was set to; null when it was set to something else, or not. */
  protected final @Nullable JsonField cursorField() {
    return cursor instanceof JsonField field ? field : null;
  }

  /**
   * Whether the format's own frames carry the text of {@link #cursorField()}, so that it is not
   * looked for again. By default not.
   */
  protected boolean readsCursorField() {
    return false;
  }

  /**
   * Finds the id of each event in its payload, which tells replays. By default it is what {@link
   * #cursor} finds, and without that what the format says.
   *
   * @param id sees the payload before it is decoded; runs on the subscription's thread. Null or an
   *     empty text is no id; more than 4 KiB ends the connection; when it throws the event is
   *     malformed
   */
  public B id(Function<? super Payload, @Nullable String> id) {
    this.id = Objects.requireNonNull(id, "id");
    return self();
  }

  /**
   * Says that the server counts its events, each one more than the last: a number that is missing
   * is told as a gap. By default holes are not looked for.
   *
   * @param number finds the event's number in decimal digits, before it is decoded; null for an
   *     event without one
   */
  public B sequence(Function<? super Payload, @Nullable String> number) {
    this.sequence = new Sequence(null, Objects.requireNonNull(number, "number"));
    return self();
  }

  /**
   * As {@link #sequence(Function)}, for a server that counts the events of each key on their own.
   *
   * @param key finds the key of the sequence that the event belongs to; null for the one of events
   *     without a key
   * @param number finds the event's number in decimal digits, before it is decoded; null for an
   *     event without one
   */
  public B sequence(
      Function<? super Payload, @Nullable String> key,
      Function<? super Payload, @Nullable String> number) {
    this.sequence =
        new Sequence(Objects.requireNonNull(key, "key"), Objects.requireNonNull(number, "number"));
    return self();
  }

  /**
   * Ends the stream at the first event that {@code marker} finds, such as {@code [DONE]}. The
   * marker is not delivered; the subscription completes. When the connection ends before it, the
   * stream is incomplete, which is never taken for success.
   *
   * @param marker sees the payload before it is decoded; runs on the subscription's thread
   */
  public B endsAt(Predicate<? super Payload> marker) {
    this.endsAt = Objects.requireNonNull(marker, "marker");
    return self();
  }

  /**
   * Ends the stream after the first event that {@code last} finds, such as one of the type {@code
   * response.completed}. It is delivered; then the subscription completes. When the connection ends
   * before it, the stream is incomplete, which is never taken for success.
   *
   * @param last sees the payload before it is decoded; runs on the subscription's thread
   */
  public B endsAfter(Predicate<? super Payload> last) {
    this.endsAfter = Objects.requireNonNull(last, "last");
    return self();
  }

  /**
   * Takes the events that {@code heartbeat} finds for signs of life, which are not delivered. An id
   * that such an event carries moves the position all the same. By default only what the format
   * calls a heartbeat is one.
   *
   * @param heartbeat sees the payload before it is decoded; runs on the subscription's thread
   */
  public B heartbeat(Predicate<? super Payload> heartbeat) {
    this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
    return self();
  }

  /**
   * Says what each event means, when it is not an event for the consumer: a checkpoint, a gap, a
   * control message, the end. It is asked for what {@link #endsAt} and {@link #heartbeat} did not
   * find. By default everything is an event.
   *
   * @param classify sees the payload before it is decoded; runs on the subscription's thread. When
   *     it throws or returns null the event is malformed
   */
  public B classify(Function<? super Payload, Payload.Kind> classify) {
    this.classify = Objects.requireNonNull(classify, "classify");
    return self();
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

  /** A stream whose data are the payloads as text. Does no I/O. */
  public EventStream<String> stream() {
    return stream(Decoder.text());
  }

  /**
   * A stream whose data are decoded from JSON. Does no I/O.
   *
   * @param json the type of each event; properties that it does not know are ignored
   */
  public <T> EventStream<T> stream(Class<T> json) {
    return stream(Json.decoder(json));
  }

  /** A stream whose data {@code decoder} makes. Does no I/O. */
  public <T> EventStream<T> stream(Decoder<T> decoder) {
    return EventStream.of(classifiedTransport(), decoder);
  }

  /** The transport as all options are now. */
  final Transport classifiedTransport() {
    Classification classification =
        new Classification(endsAt, endsAfter, heartbeat, classify, bodyEnd());
    Identification identification = identification(cursor, id);
    return classification.isEmpty() && identification.isEmpty() && sequence == null
        ? transport()
        : new ClassifyingTransport(transport(), identification, classification, sequence);
  }

  /** Where ids and cursors are, from what the caller set; null for what was not. */
  Identification identification(
      @Nullable Function<? super Payload, @Nullable String> cursor,
      @Nullable Function<? super Payload, @Nullable String> id) {
    boolean isRead = readsCursorField() && cursorField() != null;
    return new Identification(isRead ? null : cursor, id);
  }

  /** Sets where the cursor goes unless the caller chooses. */
  final void defaultCursorPlace(CursorPlace place) {
    cursorPlace = place;
  }

  /** The transport as the options are now, without what this class adds. */
  abstract Transport transport();

  /** What the orderly end of a connection means. */
  abstract Classification.BodyEnd bodyEnd();

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
    return cursorPlace instanceof CursorPlace.Header cursor && cursor.name().equalsIgnoreCase(name);
  }

  /** Whether each attempt sends a header that stands in the request already. */
  private boolean hasFixedHeader(String name) {
    return source instanceof FixedRequest fixed && fixed.request().header(name) != null;
  }

  final RequestSource source() {
    return source;
  }

  final boolean hasDeclaredMarker() {
    return endsAt != null || endsAfter != null;
  }

  final Headers headers() {
    return headers.build();
  }

  final @Nullable Authorizer authorizer() {
    return authorizer;
  }

  final CursorPlace cursorPlace() {
    return cursorPlace;
  }

  final int maxEventBytes() {
    return maxEventBytes;
  }

  final @Nullable OkHttpClient client() {
    return client;
  }

  @SuppressWarnings("unchecked") // The type parameter says so.
  final B self() {
    return (B) this;
  }
}
