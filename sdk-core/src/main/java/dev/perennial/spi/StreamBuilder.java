package dev.perennial.spi;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.ServerError;
import dev.perennial.ServerResponse;
import dev.perennial.internal.classify.Classifier;
import dev.perennial.internal.classify.Classifier.OrderlyEnd;
import dev.perennial.internal.classify.ClassifyingTransport;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Describes what the events of a transport mean: where their cursors, ids and numbers are, which of
 * them are heartbeats, and where a finite stream ends. What the subscription does with the events
 * is set on the {@link EventStream} that {@link #stream()} makes.
 *
 * <p>Any transport has these options:
 *
 * <pre>{@code
 * EventStream<String> ticks =
 *     StreamBuilder.of(transport)
 *         .cursor(Payload::type)
 *         .heartbeat(payload -> payload.length() == 0)
 *         .endsAt(payload -> payload.text().equals("[DONE]"))
 *         .stream();
 * }</pre>
 *
 * <p>The functions see each payload before it is decoded, on the subscription's thread. When one
 * throws, the event is malformed: it is treated as if its decoder had refused it.
 *
 * <p>An option that is set again replaces what was set before. A builder may make any number of
 * streams; later changes do not affect those that are made already. It is not safe for use by
 * several threads.
 *
 * <p>A transport with options of its own extends this class, as those over HTTP do.
 *
 * @param <B> the builder's own type; callers never write it
 * @since 0.1.0
 */
public abstract class StreamBuilder<B extends StreamBuilder<B>> {

  /**
   * The most bytes, in UTF-8, of a cursor or an id, unless {@link #maxCursorBytes(int)} sets more:
   * servers refuse requests with a longer one.
   */
  public static final int MAX_CURSOR_BYTES = 4 * 1024;

  private static final int LARGEST_CURSOR_BYTES = 64 * 1024;

  private static final int DEFAULT_MAX_EVENT_BYTES = 8 * 1024 * 1024;

  private int maxCursorBytes = MAX_CURSOR_BYTES;
  private boolean isPositionAtServer;

  // Null until set.
  private @Nullable Function<? super Payload, @Nullable String> cursor;
  private @Nullable BiFunction<? super @Nullable String, ? super Payload, @Nullable String> step;
  private @Nullable Function<? super ServerResponse, @Nullable String> ofAnswer;
  private @Nullable Function<? super Payload, @Nullable String> id;
  private @Nullable Sequence sequence;
  private @Nullable Function<? super Payload, @Nullable ServerError> error;
  private @Nullable Predicate<? super Payload> endsAt;
  private @Nullable Predicate<? super Payload> endsAfter;
  private @Nullable Predicate<? super Payload> heartbeat;
  private @Nullable Function<? super Payload, Payload.Kind> classify;
  private @Nullable Function<? super Payload, @Nullable String> epoch;
  private @Nullable PayloadTransform transform;

  /** For transports with options of their own. */
  protected StreamBuilder() {}

  /** Returns a builder for streams of {@code transport}. */
  public static StreamBuilder<?> of(Transport transport) {
    return new OfTransport(transport);
  }

  /**
   * Finds the cursor of each event in its payload. It replaces the cursor of the format: an {@code
   * id} field of server-sent events is then ignored. By default the format says where the cursor
   * is.
   *
   * @param cursor sees the payload before it is decoded; runs on the subscription's thread. Null or
   *     an empty text leaves the position where it is; more than {@link #maxCursorBytes(int)} ends
   *     the connection; when it throws the event is malformed
   */
  public B cursor(Function<? super Payload, @Nullable String> cursor) {
    this.cursor = Objects.requireNonNull(cursor, "cursor");
    this.step = null;
    return self();
  }

  /**
   * Finds the cursor of each event from the cursor before it and the event's payload, in place of
   * {@link #cursor(Function)}. For servers whose later requests need what the first event or the
   * answer said, and what the last event said: a cursor such as {@code run-7/42} holds both, and a
   * {@link dev.perennial.CursorStore} keeps both.
   *
   * <p>An event whose cursor is the one before it has no id of its own, unless {@link #id} finds
   * one.
   *
   * @param next is passed the cursor before the event, null when there is none yet, and the
   *     payload, and returns the cursor after it; runs on the subscription's thread. Null or an
   *     empty text leaves the position where it is; more than {@link #maxCursorBytes(int)} ends the
   *     connection; when it throws the event is malformed
   */
  public B cursor(BiFunction<? super @Nullable String, ? super Payload, @Nullable String> next) {
    this.step = Objects.requireNonNull(next, "next");
    this.cursor = null;
    return self();
  }

  /**
   * Finds a cursor in the server's answer to the request that begins the stream, such as the
   * address of what a POST has created. It is the position before the first event. Not asked when a
   * connection resumes after a cursor, nor by a transport that does not know the answer. By default
   * the answer gives no cursor.
   *
   * @param cursor sees the status and the headers; runs on the subscription's thread. Null or an
   *     empty text is no cursor; more than {@link #maxCursorBytes(int)} ends the connection; what
   *     it throws ends the subscription
   */
  public B cursorFromAnswer(Function<? super ServerResponse, @Nullable String> cursor) {
    this.ofAnswer = Objects.requireNonNull(cursor, "cursor");
    return self();
  }

  /**
   * Finds the id of each event in its payload, by which replays are recognised. By default it is
   * what {@link #cursor} finds, or else the id of the format.
   *
   * @param id sees the payload before it is decoded; runs on the subscription's thread. Null or an
   *     empty text is no id; more than {@link #maxCursorBytes(int)} ends the connection; when it
   *     throws the event is malformed
   */
  public B id(Function<? super Payload, @Nullable String> id) {
    this.id = Objects.requireNonNull(id, "id");
    return self();
  }

  /**
   * Limits a cursor or an id. A longer one ends the connection. By default {@value
   * #MAX_CURSOR_BYTES} bytes, since many servers refuse a longer header or URL.
   *
   * @param bytes the most bytes in UTF-8, from 1 to 65536
   * @throws IllegalArgumentException when it is not from 1 to 65536
   */
  public B maxCursorBytes(int bytes) {
    if (bytes < 1 || bytes > LARGEST_CURSOR_BYTES) {
      throw new IllegalArgumentException(
          "maxCursorBytes must be from 1 to " + LARGEST_CURSOR_BYTES + " but was " + bytes);
    }
    this.maxCursorBytes = bytes;
    return self();
  }

  /** The most bytes of a cursor or an id, in UTF-8. */
  protected final int maxCursorBytes() {
    return maxCursorBytes;
  }

  /**
   * Declares that the server itself remembers how far this client is, and continues there on each
   * connection, as servers with acknowledgements, consumer groups or sessions do. No cursor is ever
   * sent, events have none, and an interruption is no gap; by default it is a {@link
   * dev.perennial.Gap.Reason#NO_CURSOR} gap when there is no cursor. Replays are still recognised
   * by {@link #id}. Cannot be combined with a cursor or a cursor store of the stream.
   */
  public B positionAtServer() {
    this.isPositionAtServer = true;
    return self();
  }

  /** Whether {@link #positionAtServer()} was set. */
  protected final boolean isPositionAtServer() {
    return isPositionAtServer;
  }

  /**
   * Declares that the server numbers its events, each one more than the last: a missing number is
   * reported as a gap. By default missing events are not looked for.
   *
   * @param number finds the event's number in decimal digits, before it is decoded; null for an
   *     event without one
   */
  public B sequence(Function<? super Payload, @Nullable String> number) {
    this.sequence = new Sequence(null, Objects.requireNonNull(number, "number"));
    return self();
  }

  /**
   * As {@link #sequence(Function)}, for a server that numbers the events of each key separately.
   *
   * @param key finds the key of the sequence that the event belongs to; null for the sequence of
   *     the events without a key
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
   * As {@link #sequence(Function)}, for events that each stand for a range of numbers, as those of
   * order books do:
   *
   * <pre>{@code
   * builder.sequence(
   *     Sequence.of(Json.field("/u")).withFirst(Json.field("/U")).withKey(Json.field("/s")));
   * }</pre>
   */
  public B sequence(Sequence sequence) {
    this.sequence = Objects.requireNonNull(sequence, "sequence");
    return self();
  }

  /**
   * Ends the stream at the first event that {@code marker} finds, such as {@code [DONE]}. The
   * marker is not delivered; the subscription completes. A connection that ends before it leaves
   * the stream incomplete, which is never treated as success. By default a stream has no declared
   * end.
   *
   * @param marker sees the payload before it is decoded; runs on the subscription's thread
   */
  public B endsAt(Predicate<? super Payload> marker) {
    this.endsAt = Objects.requireNonNull(marker, "marker");
    return self();
  }

  /**
   * Ends the stream after the first event that {@code last} finds, such as one of the type {@code
   * response.completed}. It is delivered; then the subscription completes. A connection that ends
   * before it leaves the stream incomplete, which is never treated as success. By default a stream
   * has no declared end.
   *
   * @param last sees the payload before it is decoded; runs on the subscription's thread
   */
  public B endsAfter(Predicate<? super Payload> last) {
    this.endsAfter = Objects.requireNonNull(last, "last");
    return self();
  }

  /**
   * Finds the errors that the server reports within the stream. Such an event is not delivered: the
   * connection ends with it, and the subscription retries with backoff, waits, or fails, as after
   * an answer with that status. It is asked before every other function. By default no event is an
   * error; {@link #classify} may say so, too.
   *
   * @param error sees the payload before it is decoded; runs on the subscription's thread. Null for
   *     an event that is no error; when it throws the event is malformed
   */
  public B error(Function<? super Payload, @Nullable ServerError> error) {
    this.error = Objects.requireNonNull(error, "error");
    return self();
  }

  /**
   * Treats the events that {@code heartbeat} finds as heartbeats, which are not delivered. One that
   * has a cursor moves the position, as any event does. By default only what the format calls a
   * heartbeat is one.
   *
   * @param heartbeat sees the payload before it is decoded; runs on the subscription's thread
   */
  public B heartbeat(Predicate<? super Payload> heartbeat) {
    this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
    return self();
  }

  /**
   * Says what each event means when it is not an event for the consumer: a checkpoint, a gap, an
   * error, a control message, the end. It is asked about the events that {@link #endsAt} and {@link
   * #heartbeat} did not find. By default every event is one for the consumer.
   *
   * @param classify sees the payload before it is decoded; runs on the subscription's thread. When
   *     it throws or returns null the event is malformed
   */
  public B classify(Function<? super Payload, Payload.Kind> classify) {
    this.classify = Objects.requireNonNull(classify, "classify");
    return self();
  }

  /**
   * Finds the name of the epoch that an event is of, such as the id of the server's session. When
   * it differs from the one before, the server has started over: a gap with {@link
   * dev.perennial.Gap.Reason#NEW_EPOCH} is reported before the event, the cursor and the remembered
   * ids are dropped, and its {@link #sequence} may begin with any number. {@link
   * Payload.Kind#NEW_EPOCH} says the same without a name. By default there is one epoch.
   *
   * @param epoch sees the payload of every event before it is decoded, also of those that {@link
   *     #classify} finds to be something else; runs on the subscription's thread. Null for an event
   *     that does not say; when it throws the event is malformed
   */
  public B epoch(Function<? super Payload, @Nullable String> epoch) {
    this.epoch = Objects.requireNonNull(epoch, "epoch");
    return self();
  }

  /**
   * Changes each payload before anything else sees it: inflates it, or parts it into records. By
   * default payloads stay as the server sent them.
   *
   * @param transform such as those of {@link dev.perennial.PayloadTransforms}; runs once for each
   *     payload
   */
  public B transform(PayloadTransform transform) {
    this.transform = Objects.requireNonNull(transform, "transform");
    return self();
  }

  /** Returns a stream whose data are the payloads as text. Does no I/O. */
  public EventStream<String> stream() {
    return stream(Decoder.text());
  }

  /** Returns a stream whose data {@code decoder} makes. Does no I/O. */
  public <T> EventStream<T> stream(Decoder<T> decoder) {
    return EventStream.of(classifiedTransport(), decoder);
  }

  /** Returns the transport with all options as they are set now. */
  protected final Transport classifiedTransport() {
    PayloadTransform applied = transformsPayloads() ? null : transform;
    return classifies() || sequence != null || applied != null || isPositionAtServer
        ? new ClassifyingTransport(
            transport(), applied, maxEventBytes(), classifier(), sequence, isPositionAtServer)
        : transport();
  }

  /** Whether any frame, or the end of the connection, may mean more than its format says. */
  private boolean classifies() {
    return step != null
        || cursorFinder() != null
        || ofAnswer != null
        || idFinder() != null
        || error != null
        || endsAt != null
        || endsAfter != null
        || heartbeat != null
        || classify != null
        || epoch != null
        || endsWithConnection();
  }

  private Classifier classifier() {
    return new Classifier(
        step == null ? cursorFinder() : null,
        step,
        ofAnswer,
        idFinder(),
        error,
        endsAt,
        endsAfter,
        heartbeat,
        classify,
        epoch,
        maxCursorBytes,
        connectionEnd());
  }

  /** What {@link #transform} was set to; null for none. */
  protected final @Nullable PayloadTransform payloadTransform() {
    return transform;
  }

  /**
   * Whether the transport applies {@link #payloadTransform} itself. By default not: it is applied
   * to what the transport's connections return.
   */
  protected boolean transformsPayloads() {
    return false;
  }

  /** The most bytes of one event. By default 8 MiB. */
  protected int maxEventBytes() {
    return DEFAULT_MAX_EVENT_BYTES;
  }

  /** What {@link #epoch} was set to; null for none. */
  protected final @Nullable Function<? super Payload, @Nullable String> epochFinder() {
    return epoch;
  }

  /**
   * Returns what finds out whether an event is a {@linkplain Payload.Kind#CONTROL control message},
   * for transports that answer those before the subscription reads them; null if {@link #classify}
   * was not set. Its result goes into {@link Frame#classifiedAs}.
   */
  protected final @Nullable Function<? super Payload, Payload.Kind> kindFinder() {
    Function<? super Payload, Payload.Kind> asked = classify;
    if (asked == null) {
      return null;
    }
    Function<? super Payload, @Nullable ServerError> errors = error;
    Predicate<? super Payload> ends = endsAt;
    Predicate<? super Payload> heartbeats = heartbeat;
    return payload -> {
      Payload.Kind kind = asked.apply(payload);
      boolean isTakenBefore =
          kind == Payload.Kind.CONTROL
              && ((errors != null && errors.apply(payload) != null)
                  || (ends != null && ends.test(payload))
                  || (heartbeats != null && heartbeats.test(payload)));
      return isTakenBefore ? Payload.Kind.EVENT : kind;
    };
  }

  private OrderlyEnd connectionEnd() {
    if (endsWithConnection()) {
      return OrderlyEnd.OF_STREAM;
    }
    return hasEndMarker() ? OrderlyEnd.TOO_EARLY : OrderlyEnd.OF_CONNECTION;
  }

  /**
   * Returns the transport with the subclass's own options as they are set now, without the options
   * of this class.
   */
  protected abstract Transport transport();

  /**
   * Returns what finds the cursor of each event; null where the transport's frames have it. By
   * default what {@link #cursor} was set to.
   *
   * @throws IllegalStateException when what was set cannot be used
   */
  protected @Nullable Function<? super Payload, @Nullable String> cursorFinder() {
    return cursor;
  }

  /**
   * Returns what finds the id of each event; null where it is the cursor, or the transport's frames
   * have it. By default what {@link #id} was set to.
   */
  protected @Nullable Function<? super Payload, @Nullable String> idFinder() {
    return id;
  }

  /**
   * Whether the orderly end of a connection is the end of the stream. By default not: the stream
   * continues with the next connection, or is incomplete if it declares its end.
   */
  protected boolean endsWithConnection() {
    return false;
  }

  /** Whether {@link #endsAt} or {@link #endsAfter} was set. */
  protected final boolean hasEndMarker() {
    return endsAt != null || endsAfter != null;
  }

  /** Returns this builder. */
  @SuppressWarnings("unchecked") // The type parameter says so.
  protected final B self() {
    return (B) this;
  }

  /** A transport without options of its own. */
  private static final class OfTransport extends StreamBuilder<OfTransport> {
    private final Transport transport;

    OfTransport(Transport transport) {
      this.transport = Objects.requireNonNull(transport, "transport");
    }

    @Override
    protected Transport transport() {
      return transport;
    }
  }
}
