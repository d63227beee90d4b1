package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.classify.Classification.BodyEnd;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gives the events of a connection what the caller's functions find: id, cursor and meaning. */
final class ClassifyingConnection implements StreamConnection {
  private static final String WITHOUT_END = "Expected the declared end but %s ended without it";

  /** RFC 6455, 7.4.1: the server is done, goes away, or does not say why it closes. */
  private static final Set<Integer> WITHOUT_FAULT = Set.of(1000, 1001, 1005, 1006);

  private final StreamConnection delegate;
  private final Identification identification;
  private final Classification classification;
  private final String endpoint;

  // Touched by the engine's thread alone.

  private final IdentifiedFrame identifiedFrame = new IdentifiedFrame();

  private boolean isOpen;

  /** The end was declared: what remains is to say so. */
  private boolean isOver;

  private boolean isEndTold;

  /**
   * Puts the functions before a connection.
   *
   * @param endpoint as messages may show it
   */
  ClassifyingConnection(
      StreamConnection delegate,
      Identification identification,
      Classification classification,
      String endpoint) {
    this.delegate = delegate;
    this.identification = identification;
    this.classification = classification;
    this.endpoint = endpoint;
  }

  @Override
  public void open() throws IOException {
    delegate.open();
    isOpen = true;
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    if (isOver) {
      return end();
    }
    Frame frame = readWithin(limits);
    if (frame == null) {
      return atEndOfBody();
    }
    Frame meant = meant(frame);
    if (meant.kind() == Payload.Kind.CONTROL && frame.kind() == Payload.Kind.EVENT) {
      delegate.control(meant);
    }
    return meant;
  }

  private @Nullable Frame readWithin(Deadlines limits) throws IOException {
    try {
      return delegate.read(limits);
    } catch (SocketTimeoutException e) {
      throw classification.bodyEnd() == BodyEnd.OF_CONNECTION ? e : incomplete(e, e);
    } catch (TransportException e) {
      boolean isLost =
          switch (e.reason()) {
            case RESET, TLS, STALE, STALLED -> true;
            case CLOSE_CODE -> WITHOUT_FAULT.contains(e.code());
            default -> false;
          };
      if (classification.bodyEnd() == BodyEnd.OF_CONNECTION || !isLost) {
        throw e;
      }
      Throwable cause = e.getCause();
      TransportException early = incomplete(e, cause != null ? cause : e);
      throw e.isPermanent() ? early.permanent() : early;
    }
  }

  private TransportException incomplete(IOException end, Throwable cause) {
    return new TransportException(
        Reason.INCOMPLETE,
        String.format(Locale.ROOT, WITHOUT_END, endpoint) + ": " + end.getMessage(),
        cause);
  }

  private @Nullable Frame end() {
    if (isEndTold) {
      return null;
    }
    isEndTold = true;
    return Frame.end();
  }

  private @Nullable Frame atEndOfBody() throws TransportException {
    return switch (classification.bodyEnd()) {
      case OF_CONNECTION -> null;
      case OF_STREAM -> {
        isOver = true;
        yield end();
      }
      case TOO_EARLY ->
          throw delegate.refine(
              new TransportException(
                  Reason.INCOMPLETE, String.format(Locale.ROOT, WITHOUT_END, endpoint)));
    };
  }

  private Frame meant(Frame frame) throws TransportException {
    if (frame.defect() != null) {
      return frame; // No function is asked about what is no event of the format.
    }
    try {
      Frame identified = identification.identified(frame, identifiedFrame);
      return frame.kind() == Payload.Kind.EVENT ? classified(identified) : identified;
    } catch (TransportException e) {
      throw delegate.refine(e);
    } catch (RuntimeException e) {
      String why = "a function that was set for it threw " + e.getClass().getName();
      return new DefectiveFrame(frame, new IOException(why, e));
    }
  }

  private Frame classified(Frame event) {
    if (matches(classification.endsAt(), event)) {
      isOver = true;
      isEndTold = true;
      return new ReclassifiedFrame(event, Payload.Kind.END, false);
    }
    Payload.Kind kind = kindOf(event);
    if (kind == Payload.Kind.END) {
      isOver = true;
      isEndTold = true;
    } else if (kind == Payload.Kind.EVENT && matches(classification.endsAfter(), event)) {
      isOver = true;
      return new ReclassifiedFrame(event, kind, true);
    }
    return kind == Payload.Kind.EVENT ? event : new ReclassifiedFrame(event, kind, false);
  }

  private Payload.Kind kindOf(Frame event) {
    if (matches(classification.heartbeat(), event)) {
      return Payload.Kind.HEARTBEAT;
    }
    if (classification.kindOf() == null) {
      return Payload.Kind.EVENT;
    }
    Payload.Kind kind = classification.kindOf().apply(event);
    if (kind == null) {
      throw new NullPointerException("classify() returned null");
    }
    return kind;
  }

  private static boolean matches(@Nullable Predicate<? super Payload> predicate, Frame event) {
    return predicate != null && predicate.test(event);
  }

  @Override
  public long bytesRead() {
    return delegate.bytesRead();
  }

  @Override
  public long lastByteNanos() {
    return delegate.lastByteNanos();
  }

  @Override
  public long waitingSinceNanos() {
    return delegate.waitingSinceNanos();
  }

  @Override
  public boolean mayBeFollowed() {
    return delegate.mayBeFollowed();
  }

  @Override
  public boolean mayBeStartedOver() {
    return !isOpen || classification.bodyEnd() == BodyEnd.OF_CONNECTION;
  }

  @Override
  public boolean refuseCredential() {
    return delegate.refuseCredential();
  }

  @Override
  public TransportException refine(TransportException failure) {
    return delegate.refine(failure);
  }

  @Override
  public void control(Frame message) throws IOException {
    delegate.control(message);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
