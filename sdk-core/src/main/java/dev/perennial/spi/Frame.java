package dev.perennial.spi;

import dev.perennial.Payload;
import dev.perennial.ServerError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one {@link StreamConnection#read} brought: an event, a sign of life, a checkpoint or the
 * end.
 *
 * <p>A connection may return the same object from each read; a frame is valid until the next one.
 *
 * @since 0.1.0
 */
public interface Frame extends Payload {

  /** What this frame means to the subscription. */
  Kind kind();

  /**
   * Where this frame moves the position of the subscription. Null leaves the position as it is; an
   * empty string clears it, so that the next attempt sends no cursor (HTML 9.2.6: an {@code id}
   * field without a value). By default the frame's own id.
   */
  default @Nullable String cursor() {
    return id();
  }

  /**
   * The base of the reconnect delay that the server asks for with this frame (the {@code retry}
   * field of server-sent events); null when it says nothing.
   */
  default @Nullable Duration retryDelay() {
    return null;
  }

  /**
   * Whether this event is the declared last one of a finite stream: the subscription completes with
   * it, and waits for no further demand. By default not.
   */
  default boolean isLast() {
    return false;
  }

  /** The line at which the event begins in its connection, from 1; 0, the default, if unknown. */
  default long streamLine() {
    return 0;
  }

  /** The byte at which that line begins, or the event where events are no lines. By default 0. */
  default long streamOffset() {
    return 0;
  }

  /**
   * What is wrong with this event, independent of the decoder. The subscription then treats it as
   * an event that its decoder refused with this exception, and ignores the rest of it: neither its
   * id nor its cursor counts. By default null: nothing is wrong.
   *
   * <p>The message is shown to users, so it must not contain the event's data.
   */
  default @Nullable IOException defect() {
    return null;
  }

  /**
   * The error that the server reports with this frame. A frame of the kind {@link Kind#ERROR} ends
   * the connection with it. An event that has one only looks like an error: it is delivered, but it
   * is no progress, so that a connection that brought nothing else backs off. By default null: none
   * that this frame knows of.
   */
  default @Nullable ServerError error() {
    return null;
  }

  /**
   * What the caller's classifier has said about this event to the transport, which asked it before
   * the subscription would: it is not asked again. By default null: it was not asked.
   */
  default @Nullable Kind classifiedAs() {
    return null;
  }

  /**
   * Names the epoch that this frame is of, such as the server's session: ids, cursors and sequence
   * numbers of one epoch mean nothing in another. By default null: the epoch is the same as before.
   */
  default @Nullable String epoch() {
    return null;
  }

  /**
   * Creates an event.
   *
   * @param id the id that the event carries itself, also its cursor; null when it has none
   * @param type the event's type
   * @param data the payload, UTF-8 text; not copied
   */
  static Frame event(@Nullable String id, String type, byte[] data) {
    return of(Kind.EVENT, id, type, data);
  }

  /** Creates a sign of life without a comment. */
  static Frame heartbeat() {
    return of(Kind.HEARTBEAT, null, "message", new byte[0]);
  }

  /** Creates a checkpoint: the position moves to {@code cursor}, or is cleared when it is empty. */
  static Frame cursor(String cursor) {
    return of(Kind.CURSOR, cursor, "message", new byte[0]);
  }

  /** Creates a report that the server cannot replay what was asked for, in the server's words. */
  static Frame gap(String detail) {
    return of(Kind.GAP, null, "message", detail.getBytes(StandardCharsets.UTF_8));
  }

  /** Creates the report of an error, in the server's words: it is retried. */
  static Frame error(String words) {
    return of(Kind.ERROR, null, "message", words.getBytes(StandardCharsets.UTF_8));
  }

  /** Creates the declared end of a finite stream: the subscription completes. */
  static Frame end() {
    return of(Kind.END, null, "message", new byte[0]);
  }

  private static Frame of(Kind kind, @Nullable String id, String type, byte[] data) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(data, "data");
    return new Frame() {
      @Override
      public Kind kind() {
        return kind;
      }

      @Override
      public @Nullable String id() {
        return id;
      }

      @Override
      public String type() {
        return type;
      }

      @Override
      public boolean isBinary() {
        return false;
      }

      @Override
      public byte[] array() {
        return data;
      }

      @Override
      public int offset() {
        return 0;
      }

      @Override
      public int length() {
        return data.length;
      }

      @Override
      public String text() {
        return new String(data, StandardCharsets.UTF_8);
      }

      @Override
      public String toString() {
        return kind + "(" + id + ", " + type + ", " + data.length + " bytes)";
      }
    };
  }
}
