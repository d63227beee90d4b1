package dev.perennial.spi;

import dev.perennial.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
   * Where this frame moves the position of the subscription. Null leaves the position where it is;
   * an empty string clears it, so that the next attempt asks for no cursor (HTML 9.2.6: an {@code
   * id} field without a value). By default the frame's own id.
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

  /** The byte at which that line begins, from 0. By default 0. */
  default long streamOffset() {
    return 0;
  }

  /**
   * What is wrong with this event, whoever decodes it. The subscription then treats it as one that
   * its decoder refused with this exception, and looks at nothing else of it: neither its id nor
   * its cursor counts. By default null: nothing is wrong.
   *
   * <p>The message is shown to users, so it says nothing of the event's data.
   */
  default @Nullable IOException defect() {
    return null;
  }

  /**
   * An event.
   *
   * @param id the id that the event carries itself, also its cursor; null when it has none
   * @param type the event's type
   * @param data the payload, UTF-8 text; not copied
   */
  static Frame event(@Nullable String id, String type, byte[] data) {
    return new SimpleFrame(Kind.EVENT, id, type, data);
  }

  /** A sign of life without a comment. */
  static Frame heartbeat() {
    return SimpleFrame.HEARTBEAT;
  }

  /** A checkpoint: the position moves to {@code cursor}, or is cleared when it is empty. */
  static Frame cursor(String cursor) {
    return new SimpleFrame(Kind.CURSOR, cursor, "message", SimpleFrame.NOTHING);
  }

  /** The server cannot replay what was asked for; {@code detail} says so in its words. */
  static Frame gap(String detail) {
    return new SimpleFrame(Kind.GAP, null, "message", detail.getBytes(StandardCharsets.UTF_8));
  }

  /** The declared end of a finite stream: the subscription completes. */
  static Frame end() {
    return SimpleFrame.END;
  }
}
