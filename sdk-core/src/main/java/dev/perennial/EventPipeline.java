package dev.perennial;

import dev.perennial.spi.Frame;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes events into the subscription: suppresses replays, decodes, moves the position, hands over.
 * Touched by the engine's thread alone.
 */
final class EventPipeline<T> {
  private final Decoder<? extends T> decoder;
  private final Delivery<T> outlet;
  private final Notifier telling;
  private final String endpoint;
  private final DedupeWindow.Scope scope;

  /** Null when nothing is suppressed, from the start or since ids turned out not to be unique. */
  private @Nullable RecentIds window;

  /** The cursor of the last event taken in; null while there is none. */
  private @Nullable String position;

  private final AcknowledgedCursor acknowledged;
  private final boolean skipsMalformed;

  EventPipeline(
      Options<T> options, Delivery<T> outlet, Notifier telling, AcknowledgedCursor acknowledged) {
    this.decoder = options.decoder;
    this.outlet = outlet;
    this.telling = telling;
    this.endpoint = options.transport.endpoint();
    this.acknowledged = acknowledged;
    this.skipsMalformed = options.skipsMalformed;
    this.scope = options.dedupe.scope();
    this.window = scope == DedupeWindow.Scope.NOTHING ? null : new RecentIds(options.dedupe.size());
  }

  @Nullable String position() {
    return position;
  }

  /** Starts, or starts again, after a cursor; null drops it. */
  void startAfter(@Nullable String cursor) {
    position = cursor;
  }

  /** A checkpoint: the position moves, no event comes. */
  void checkpoint(Frame frame) throws CallbackException {
    position = moved(frame);
    outlet.checkpoint(position);
  }

  /** Whether the event was delivered before and is suppressed. */
  boolean isReplay(Frame frame, long connection) throws CallbackException {
    RecentIds ids = window;
    String id = ids == null ? null : ownId(frame);
    if (ids == null || id == null) {
      return false;
    }
    RecentIds.Sighting sighting = ids.look(id, connection);
    if (sighting == RecentIds.Sighting.NEW) {
      return false;
    }
    boolean isRepeated = sighting == RecentIds.Sighting.REPEATED;
    if (isRepeated && scope == DedupeWindow.Scope.REPLAYS) {
      window = null;
      telling.idsNotUnique(id);
      return false;
    }
    telling.duplicate(id);
    return true;
  }

  /**
   * Decodes and hands over.
   *
   * @throws MalformedEventException when the event could not be decoded
   */
  void take(Frame frame, long connection) throws CallbackException, MalformedEventException {
    T data;
    try {
      data = Objects.requireNonNull(decoder.decode(frame), "The decoder returned null");
    } catch (IOException | RuntimeException e) {
      throw new MalformedEventException(frame, endpoint, e);
    }
    String id = ownId(frame);
    if (window != null && id != null) {
      window.add(id, connection); // Only now: a malformed event has to come again.
    }
    position = moved(frame);
    Event<T> event = new Event<>(id, position, frame.type(), data, acknowledged.issue(position));
    telling.event(event);
    if (!telling.isEnding()) { // The decoder or an observer may have closed it.
      Event<T> dropped = outlet.event(event);
      if (dropped != null) {
        telling.dropped(dropped);
      }
    }
  }

  /**
   * Looks for what the transport found wrong, before anything that the event says counts.
   *
   * @throws MalformedEventException when there is something
   */
  void requireSound(Frame frame) throws MalformedEventException {
    IOException defect = frame.defect();
    if (defect != null) {
      throw MalformedEventException.defective(frame, endpoint, defect);
    }
  }

  /** Skips a malformed event where that is allowed; else how the connection ends with it. */
  @Nullable ConnectionEnd skip(MalformedEventException malformed) throws CallbackException {
    if (!skipsMalformed) {
      return malformed.ending();
    }
    telling.malformed(malformed.report());
    return null;
  }

  private static @Nullable String ownId(Frame frame) {
    String id = frame.id();
    return id == null || id.isEmpty() ? null : id;
  }

  private @Nullable String moved(Frame frame) {
    String cursor = frame.cursor();
    if (cursor == null) {
      return position;
    }
    return cursor.isEmpty() ? null : cursor;
  }
}
