package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where cursors and ids are found, when not where the format says. A value; each part is null when
 * it was not set.
 *
 * @param cursor finds the cursor, and the id too when that was not set
 * @param id finds the id
 */
public record Identification(
    @Nullable Function<? super Payload, @Nullable String> cursor,
    @Nullable Function<? super Payload, @Nullable String> id) {

  /** A cursor of more bytes is no cursor: servers refuse such headers and URLs. */
  public static final int MAX_BYTES = 4 * 1024;

  public static final Identification OF_FORMAT = new Identification(null, null);

  /** Whether there is nothing to find. */
  public boolean isEmpty() {
    return cursor == null && id == null;
  }

  /**
   * Gives a frame of the format the cursor and id that are found in it.
   *
   * @param into is returned, unless there is nothing to find
   * @throws TransportException when one is too large
   */
  public Frame identified(Frame frame, IdentifiedFrame into) throws TransportException {
    if (frame.kind() == Payload.Kind.CURSOR && cursor != null) {
      // A checkpoint of the format counts in other cursors than these.
      return into.set(frame, null, null);
    }
    if (frame.kind() != Payload.Kind.EVENT || isEmpty()) {
      return frame;
    }
    String found = cursor == null ? frame.cursor() : foundBy(cursor, "a cursor", frame);
    String ownId = id == null ? found : foundBy(id, "an id", frame);
    return into.set(frame, ownId, found);
  }

  private static @Nullable String foundBy(
      Function<? super Payload, @Nullable String> function, String what, Frame frame)
      throws TransportException {
    String found = function.apply(frame);
    if (found == null || found.isEmpty()) {
      return null;
    }
    if (found.length() > MAX_BYTES / 3) { // No char has more than 3 bytes.
      int bytes = found.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_BYTES) {
        throw new TransportException(
            Reason.LIMIT,
            "Expected " + what + " of at most " + MAX_BYTES + " bytes but was " + bytes);
      }
    }
    return found;
  }
}
