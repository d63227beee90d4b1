package dev.perennial.internal.classify;

import dev.perennial.CloseOccasion;
import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.ServerError;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.classify.Classifier.OrderlyEnd;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Classifies the frames of another connection, and decides where its stream ends. */
final class ClassifyingConnection implements StreamConnection {
  /** RFC 6455, 7.4.1: the server is done, goes away, or does not say why it closes. */
  private static final Set<Integer> CLOSE_CODES_WITHOUT_FAULT = Set.of(1000, 1001, 1005, 1006);

  private final StreamConnection delegate;
  private final PayloadTransform.@Nullable Step transform; // Null for none.
  private final Classifier classifier;
  private final String transportEndpoint;

  // Used by the engine's thread alone.

  private final ClassifiedFrame classified = new ClassifiedFrame();

  /** What the transform made of the last frame, and is still to be returned. */
  private Queue<? extends Frame> transformed = new ArrayDeque<>();

  /** The cursor of the last event, or what the connection resumes after; null for none. */
  private @Nullable String position;

  /** The cursor that the answer gave, until it was returned; null for none. */
  private @Nullable Frame given;

  private boolean isOpen;

  /** The error that the last event looks like; null when it is none. */
  private @Nullable ServerError apparentError;

  /** Ends the connection once a control message was passed on that names an epoch; else null. */
  private @Nullable IOException endAfterEpoch;

  /** Whether the declared end was found: no further frame is read. */
  private boolean isOver;

  private boolean isEndReported;

  /**
   * Makes a connection around {@code delegate}.
   *
   * @param transform makes the payloads that are classified; null for those of {@code delegate}
   * @param cursor what it resumes after; null for nothing
   * @param transportEndpoint what messages show when the connection does not know better
   */
  ClassifyingConnection(
      StreamConnection delegate,
      PayloadTransform.@Nullable Step transform,
      Classifier classifier,
      @Nullable String cursor,
      String transportEndpoint) {
    this.position = cursor;
    this.delegate = delegate;
    this.transform = transform;
    this.classifier = classifier;
    this.transportEndpoint = transportEndpoint;
  }

  @Override
  public void open() throws IOException {
    delegate.open();
    isOpen = true;
    ServerResponse answer = delegate.response();
    if (position == null && answer != null) {
      position = cursorOf(answer);
      given = position == null ? null : Frame.cursor(position);
    }
  }

  private @Nullable String cursorOf(ServerResponse answer) throws TransportException {
    try {
      return classifier.cursorOf(answer);
    } catch (TransportException e) {
      throw delegate.refine(e);
    } catch (RuntimeException e) {
      String what = "The function that was set for the answer's cursor threw ";
      throw delegate.refine(
          new TransportException(Reason.PROTOCOL, what + e.getClass().getName(), e).permanent());
    }
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    if (endAfterEpoch != null) {
      throw endAfterEpoch;
    }
    if (isOver) {
      return reportEnd();
    }
    if (given != null) {
      Frame checkpoint = given;
      given = null;
      return checkpoint;
    }
    Frame frame = transformed.poll();
    if (frame == null) {
      Frame read = readWithin(limits);
      if (read == null) {
        return atEndOfConnection();
      }
      frame = transform == null ? read : transformed(read, transform);
    }
    boolean isEvent = frame.kind() == Payload.Kind.EVENT;
    Frame found = classify(frame);
    ServerError error = found.error();
    if (found.kind() == Payload.Kind.ERROR && error != null) {
      throw reported(error);
    }
    String cursor = found.cursor();
    position = cursor != null && found.defect() == null ? cursor : position;
    if (isEvent) {
      apparentError = found.kind() == Payload.Kind.EVENT ? error : null;
      if (found.kind() == Payload.Kind.CONTROL) {
        answer(found);
      } else if (found.kind() == Payload.Kind.END) {
        isOver = true;
        isEndReported = true;
      } else if (found == classified && classified.isDeclaredLast()) {
        isOver = true;
      }
    }
    return found;
  }

  /** If a control message names an epoch, that is passed on before the connection ends with it. */
  private void answer(Frame control) throws IOException {
    try {
      delegate.control(control);
    } catch (IOException e) {
      if (control.epoch() == null) {
        throw e;
      }
      endAfterEpoch = e;
    }
  }

  /** Returns the first frame that the transform makes, and keeps the others. */
  private Frame transformed(Frame frame, PayloadTransform.Step step) throws TransportException {
    if (frame.kind() != Payload.Kind.EVENT || frame.defect() != null) {
      return frame;
    }
    TransformedFrame.Collector made = new TransformedFrame.Collector();
    try {
      step.apply(frame, made);
    } catch (TransportException e) {
      throw delegate.refine(e.withMessage(e.getMessage() + " from " + endpoint()));
    } catch (IOException | RuntimeException e) {
      return classified.of(frame).defective(new IOException("its transform threw " + e, e));
    }
    transformed = made.take(frame);
    Frame first = transformed.poll();
    if (first != null) {
      return first;
    }
    String cursor = frame.cursor();
    return cursor == null ? Frame.heartbeat() : Frame.cursor(cursor);
  }

  private @Nullable Frame readWithin(Deadlines limits) throws IOException {
    try {
      return delegate.read(limits);
    } catch (SocketTimeoutException e) {
      throw isEndDeclared() ? incomplete(e, e) : e;
    } catch (TransportException e) {
      if (!isEndDeclared() || !isLoss(e)) {
        throw e;
      }
      Throwable cause = e.getCause();
      TransportException early = incomplete(e, cause != null ? cause : e);
      throw e.isPermanent() ? early.permanent() : early;
    }
  }

  private boolean isEndDeclared() {
    return classifier.connectionEnd() != OrderlyEnd.OF_CONNECTION;
  }

  /** Whether the connection was lost, rather than ended by the server for a reason. */
  private static boolean isLoss(TransportException e) {
    return switch (e.reason()) {
      case RESET, TLS, STALE, STALLED -> true;
      case CLOSE_CODE -> CLOSE_CODES_WITHOUT_FAULT.contains(e.code());
      default -> false;
    };
  }

  private TransportException reported(ServerError error) {
    TransportException failure = TransportException.reported(error);
    return delegate.refine(failure.withMessage(failure.getMessage() + " from " + endpoint()));
  }

  private TransportException incomplete(IOException end, Throwable cause) {
    return new TransportException(Reason.INCOMPLETE, withoutEnd() + ": " + end.getMessage(), cause);
  }

  private String withoutEnd() {
    return "Expected the declared end but " + endpoint() + " ended without it";
  }

  private @Nullable Frame reportEnd() {
    if (isEndReported) {
      return null;
    }
    isEndReported = true;
    return Frame.end();
  }

  private @Nullable Frame atEndOfConnection() throws TransportException {
    if (apparentError != null) {
      throw reported(apparentError);
    }
    return switch (classifier.connectionEnd()) {
      case OF_CONNECTION -> null;
      case OF_STREAM -> {
        isOver = true;
        yield reportEnd();
      }
      case TOO_EARLY ->
          throw delegate.refine(new TransportException(Reason.INCOMPLETE, withoutEnd()));
    };
  }

  private Frame classify(Frame frame) throws TransportException {
    try {
      return classifier.classify(frame, position, classified);
    } catch (TransportException e) {
      throw delegate.refine(e);
    }
  }

  @Override
  public @Nullable ServerResponse response() {
    return delegate.response();
  }

  @Override
  public void probe() {
    delegate.probe();
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
  public long openingNanosLeft() {
    return delegate.openingNanosLeft();
  }

  @Override
  public String endpoint() {
    String known = delegate.endpoint();
    return known != null ? known : transportEndpoint;
  }

  /** The events of a stream that declares its end would be delivered again from its beginning. */
  @Override
  public boolean mayBeStartedOver() {
    return delegate.mayBeStartedOver() && (!isOpen || !isEndDeclared());
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

  @Override
  public void close(CloseOccasion occasion) {
    delegate.close(occasion);
  }

  @Override
  public void closeNow() {
    delegate.closeNow();
  }
}
