package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.ServerError;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cursor, the id and the kind of an event with the caller's functions. A value; a
 * function that was not set is null, and then what the format says counts.
 *
 * @param cursor finds the cursor, and the id too when {@code id} is null
 * @param step finds the cursor of an event from the one before it, in place of {@code cursor}
 * @param ofAnswer finds the cursor that the server's answer gives to a stream that begins
 * @param id finds the id
 * @param error finds errors that the server reports
 * @param endsAt finds the marker of the stream's end
 * @param endsAfter finds the last event
 * @param heartbeat finds events that are only heartbeats
 * @param kindOf finds the kind of any other event
 * @param epoch finds the name of the epoch that an event is of
 * @param maxCursorBytes the most bytes of a cursor or an id
 * @param connectionEnd what the orderly end of the connection means
 */
public record Classifier(
    @Nullable Function<? super Payload, @Nullable String> cursor,
    @Nullable BiFunction<? super @Nullable String, ? super Payload, @Nullable String> step,
    @Nullable Function<? super ServerResponse, @Nullable String> ofAnswer,
    @Nullable Function<? super Payload, @Nullable String> id,
    @Nullable Function<? super Payload, @Nullable ServerError> error,
    @Nullable Predicate<? super Payload> endsAt,
    @Nullable Predicate<? super Payload> endsAfter,
    @Nullable Predicate<? super Payload> heartbeat,
    @Nullable Function<? super Payload, Payload.Kind> kindOf,
    @Nullable Function<? super Payload, @Nullable String> epoch,
    int maxCursorBytes,
    OrderlyEnd connectionEnd) {

  /** What the orderly end of a connection means for its stream. */
  public enum OrderlyEnd {
    /** The stream continues with the next connection. */
    OF_CONNECTION,
    /** The stream is complete. */
    OF_STREAM,
    /** The stream is incomplete: its declared end is missing. */
    TOO_EARLY
  }

  private boolean findsCursor() {
    return cursor != null || step != null;
  }

  private boolean identifies() {
    return findsCursor() || id != null;
  }

  /**
   * Returns the frame with what the functions find in it. A function that throws makes its event
   * defective, unless it looks like an error of the server. No function sees what is not an event,
   * or an event that is defective already.
   *
   * @param before the cursor before the frame; null for none
   * @param into is filled and returned, unless the frame stays as it is
   * @throws TransportException when the cursor or the id is too long
   */
  Frame classify(Frame frame, @Nullable String before, ClassifiedFrame into)
      throws TransportException {
    if (frame.defect() != null) {
      return frame;
    }
    if (frame.kind() == Payload.Kind.CURSOR && findsCursor()) {
      // A checkpoint of the format holds another cursor than the one that the function finds.
      return into.of(frame).identified(null, null);
    }
    if (frame.kind() != Payload.Kind.EVENT) {
      return frame;
    }
    try {
      ServerError reported = error == null ? null : error.apply(frame);
      if (reported != null) {
        return into.of(frame).asError(reported);
      }
      return withEpoch(frame, withKind(withIds(frame, before, into), into), into);
    } catch (TransportException e) {
      throw e;
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
        throw fatal; // The process is in trouble, whatever the event.
      }
      ServerError apparent = frame.error();
      if (apparent != null) { // It is no event, so the function could not know what to do with it.
        return into.of(frame).asError(apparent);
      }
      String why = "a function that was set for it threw " + e.getClass().getName();
      return into.of(frame).defective(new IOException(why, e));
    }
  }

  /** Returns the cursor that an answer gives; null for none. */
  @Nullable String cursorOf(ServerResponse answer) throws TransportException {
    return ofAnswer == null ? null : checked(ofAnswer.apply(answer), "a cursor");
  }

  private Frame withIds(Frame event, @Nullable String before, ClassifiedFrame into)
      throws TransportException {
    if (!identifies()) {
      return event;
    }
    if (step != null) {
      String reached = checked(step.apply(before, event), "a cursor");
      boolean hasMoved = reached != null && !reached.equals(before); // Else it identifies nothing.
      return into.of(event)
          .identified(
              id != null ? foundBy(id, "an id", event) : hasMoved ? reached : null, reached);
    }
    String found = cursor == null ? event.cursor() : foundBy(cursor, "a cursor", event);
    String ownId = id == null ? found : foundBy(id, "an id", event);
    return into.of(event).identified(ownId, found);
  }

  private @Nullable String foundBy(
      Function<? super Payload, @Nullable String> function, String what, Frame event)
      throws TransportException {
    return checked(function.apply(event), what);
  }

  private @Nullable String checked(@Nullable String found, String what) throws TransportException {
    if (found == null || found.isEmpty()) {
      return null;
    }
    if (found.length() > maxCursorBytes / 3) { // No char has more than 3 bytes.
      int bytes = found.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > maxCursorBytes) {
        throw new TransportException(
            Reason.LIMIT,
            "Expected " + what + " of at most " + maxCursorBytes + " bytes but was " + bytes);
      }
    }
    return found;
  }

  /** The event is the frame of the format, or {@code into} with its ids. */
  private Frame withKind(Frame event, ClassifiedFrame into) {
    Payload.Kind kind = kindOf(event);
    if (kind == Payload.Kind.ERROR) {
      ServerError apparent = event.error();
      return wrapped(event, into)
          .asError(apparent != null ? apparent : ServerError.retryable(event.text()));
    }
    if (kind != Payload.Kind.EVENT) {
      return wrapped(event, into).as(kind);
    }
    return matches(endsAfter, event) ? wrapped(event, into).asLast() : event;
  }

  private Frame withEpoch(Frame event, Frame found, ClassifiedFrame into) {
    String name = epoch == null ? null : epoch.apply(event);
    return name == null ? found : wrapped(found, into).inEpoch(name);
  }

  private static ClassifiedFrame wrapped(Frame event, ClassifiedFrame into) {
    return event == into ? into : into.of(event);
  }

  private Payload.Kind kindOf(Frame event) {
    if (matches(endsAt, event)) {
      return Payload.Kind.END;
    }
    if (matches(heartbeat, event)) {
      return Payload.Kind.HEARTBEAT;
    }
    if (kindOf == null) {
      return Payload.Kind.EVENT;
    }
    Payload.Kind known = event.classifiedAs();
    Payload.Kind kind = known != null ? known : kindOf.apply(event);
    if (kind == null) {
      throw new NullPointerException("classify() returned null");
    }
    return kind;
  }

  private static boolean matches(@Nullable Predicate<? super Payload> predicate, Frame event) {
    return predicate != null && predicate.test(event);
  }
}
