package dev.perennial.http;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Payload;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.ForeignCode;
import dev.perennial.http.internal.attempt.HttpFailures;
import dev.perennial.http.internal.connection.ReadBudget;
import dev.perennial.http.internal.exchange.HttpExchange;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stream that is the body of an HTTP response.
 *
 * <p>The engine's thread is alone in OkHttp's code while {@code isBusy}. {@link #close} cancels the
 * call, which ends a read that waits, but it must not release the response then: whichever thread
 * comes last does that.
 */
final class HttpConnection implements StreamConnection {

  /** OkHttp adds a limit to the clock; this one cannot overflow. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.DAYS.toNanos(365);

  private final HttpExchange exchange;
  private final Timekeeper timekeeper;
  private final ReadBuffer buffer = new ReadBuffer();
  private final ReadWatch watch;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean isClosed;

  /** Whether the engine's thread is in OkHttp's code. */
  @GuardedBy("lock")
  private boolean isBusy;

  /** Null until open, and again when it was released. */
  @GuardedBy("lock")
  private @Nullable Response response;

  // Used by the engine's thread alone. The first three change when the answer is one document.

  private Framer framer;
  private BodyEnd bodyEnd;
  private EventTime eventTime;

  /** How to read an answer that is one document; null when it has to be a stream. */
  private final @Nullable Documents documents;

  /** Whether the end is still to be returned that follows the one event of a document. */
  private boolean isDocumentOpen;

  /** Null until open. */
  private @Nullable BufferedSource source;

  /** What was read last; null when it is not valid any more. */
  private @Nullable Frame returned;

  /** Whether the body was read to its orderly end. Written by the engine's thread alone. */
  private volatile boolean isEnded;

  // Written by the engine's thread alone, once for each time that bytes come.
  private volatile long bytesRead;
  private volatile long lastByteNanos;
  private volatile long waitingSinceNanos;

  /** Null until {@link #open} is called. */
  private volatile @Nullable Thread engineThread;

  /**
   * Makes a connection that is not open.
   *
   * @param bodyEnd what the orderly end of the body means
   * @param documents how to read an answer that is one document; null when it has to be a stream
   */
  HttpConnection(
      HttpExchange exchange,
      Framer framer,
      BodyEnd bodyEnd,
      @Nullable Documents documents,
      Timekeeper timekeeper) {
    this.exchange = exchange;
    this.framer = framer;
    this.bodyEnd = bodyEnd;
    this.documents = documents;
    this.eventTime = new EventTime(framer);
    this.timekeeper = timekeeper;
    this.watch = new ReadWatch(timekeeper, exchange::cancel);
  }

  @Override
  public void open() throws IOException {
    engineThread = Thread.currentThread();
    enter();
    try {
      Response opened = exchange.open();
      adopt(opened);
      source = exchange.source(opened);
      chooseFormat();
      lastByteNanos = timekeeper.nanoTime();
      waitingSinceNanos = lastByteNanos;
    } finally {
      exit();
    }
    requireNotClosed();
  }

  private void chooseFormat() {
    ServerResponse answer = exchange.answer();
    if (documents != null && answer != null && documents.accepts(answer)) {
      framer = documents.framer();
      bodyEnd = BodyEnd.COMPLETES;
      eventTime = new EventTime(framer);
      isDocumentOpen = true;
    }
  }

  @Override
  public @Nullable ServerResponse response() {
    return exchange.answer();
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    requireNotClosed();
    while (!isEnded) {
      Frame frame;
      try {
        frame = nextFrame();
        if (frame == null && !fill(limits)) {
          isEnded = true;
          exchange.complete();
          frame = lastFrame();
        }
      } catch (TransportException e) {
        throw refine(e);
      }
      if (frame != null) {
        if (endsEvent(frame)) {
          eventTime.reset();
        }
        returned = frame;
        return frame;
      }
    }
    return afterEnd();
  }

  /** A heartbeat or a retry line in the middle of an event does not extend the event's time. */
  private static boolean endsEvent(Frame frame) {
    return frame.kind() != Payload.Kind.HEARTBEAT && frame.kind() != Payload.Kind.CONTROL;
  }

  private @Nullable Frame nextFrame() throws TransportException {
    try {
      return framer.next(buffer);
    } catch (TransportException e) {
      throw HttpFailures.whileFraming(e, exchange.responseEndpoint());
    }
  }

  private @Nullable Frame lastFrame() throws TransportException {
    try {
      return framer.end(buffer);
    } catch (TransportException e) {
      TransportException cut = HttpFailures.whileFraming(e, exchange.responseEndpoint());
      boolean isIncomplete = bodyEnd.completes() && cut.reason() == Reason.RESET;
      throw isIncomplete
          ? new TransportException(Reason.INCOMPLETE, String.valueOf(cut.getMessage()))
          : cut;
    }
  }

  private @Nullable Frame afterEnd() throws TransportException {
    String missing = missingAtEnd();
    if (missing == null) {
      Frame end = isDocumentOpen ? Frame.end() : null;
      isDocumentOpen = false;
      return end;
    }
    throw refine(new TransportException(Reason.INCOMPLETE, missing));
  }

  /** Returns why the end of the body is not the end of the stream; null when it may be that. */
  private @Nullable String missingAtEnd() {
    String endpoint = exchange.responseEndpoint();
    if (bodyEnd.completes() && framer.isInsideEvent()) {
      return "Expected the end of an event but " + endpoint + " ended inside it";
    }
    if (bodyEnd == BodyEnd.COMPLETES && !exchange.isEndDeclared()) {
      return "Expected a body with a length or chunks but that of "
          + endpoint
          + " ended with its connection, which may have been cut; endsWithBodyOrClose() accepts"
          + " that as its end";
    }
    if (!bodyEnd.isDeclared() && !exchange.isRepeatable()) {
      return "The answer to the POST ended and nothing says whether it was complete: "
          + endpoint
          + "; declare endsAt(), endsAfter() or endsWithBody()";
    }
    return null;
  }

  /** Makes the failure permanent when no other connection may follow: after a POST. */
  @Override
  public TransportException refine(TransportException failure) {
    return exchange.refine(failure);
  }

  /** Waits for bytes; false at the end of the body. */
  private boolean fill(Deadlines limits) throws IOException {
    if (returned instanceof BufferFrame view) {
      view.forget();
    }
    returned = null;
    long eventNanosLeft = eventTime.nanosLeft(limits);
    if (eventNanosLeft <= 0) {
      throw eventTime.failure(exchange.responseEndpoint(), limits);
    }
    long startNanos = timekeeper.nanoTime();
    waitingSinceNanos = startNanos;
    long limitNanos = Math.min(limits.noByteNanos(), eventNanosLeft);
    int count = fillWithin(Math.min(limitNanos, LONGEST_WAIT_NANOS), limits);
    long now = timekeeper.nanoTime();
    eventTime.waited(now - startNanos);
    if (count < 0) {
      return false;
    }
    bytesRead = bytesRead() + count;
    lastByteNanos = now;
    return true;
  }

  private int fillWithin(long nanos, Deadlines limits) throws IOException {
    BufferedSource body = source();
    enter();
    watch.begin(nanos);
    try {
      return ForeignCode.call(
          () ->
              ReadBudget.within(
                  ReadBudget.BODY_BYTES,
                  exchange::responseEndpoint,
                  () -> fillBefore(nanos, body)));
    } catch (IOException e) {
      throw readFailure(e, nanos < limits.noByteNanos(), limits);
    } finally {
      watch.end();
      exit();
    }
  }

  private int fillBefore(long nanos, BufferedSource body) throws IOException {
    // Not a timeout, which each piece of a chunk's header would start again.
    body.timeout().deadline(nanos, NANOSECONDS);
    return buffer.fill(body);
  }

  private IOException readFailure(IOException e, boolean isEventLimit, Deadlines limits) {
    if (exchange.isCancelled() && !watch.hasExpired()) {
      return exchange.closed(e);
    }
    if (e instanceof TransportException) {
      return e;
    }
    String endpoint = exchange.responseEndpoint();
    if (!watch.hasExpired() && !HttpFailures.isTimeout(e)) {
      return HttpFailures.whileReading(e, endpoint);
    }
    exchange.leaveConnection();
    return isEventLimit
        ? eventTime.failure(endpoint, limits)
        : HttpFailures.silent(e, endpoint, silentNanos(limits), exchange.isRepeatable());
  }

  /** Returns how long a read that timed out has waited for a byte. */
  private long silentNanos(Deadlines limits) {
    long limitNanos = limits.noByteNanos();
    boolean mayBeEarlier = exchange.isOfCaller() && !watch.hasExpired();
    return mayBeEarlier
        ? Math.min(limitNanos, timekeeper.nanoTime() - waitingSinceNanos)
        : limitNanos;
  }

  @Override
  public String endpoint() {
    return exchange.endpoint();
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public long lastByteNanos() {
    return lastByteNanos;
  }

  @Override
  public long waitingSinceNanos() {
    return waitingSinceNanos;
  }

  @Override
  public long openingNanosLeft() {
    return exchange.openingNanosLeft();
  }

  @Override
  public boolean mayBeFollowed() {
    return exchange.mayBeFollowed();
  }

  /** Not when the request may have begun what only other requests may resume. */
  @Override
  public boolean mayBeStartedOver() {
    return !exchange.hasBegun();
  }

  @Override
  public boolean refuseCredential() {
    return exchange.refuseCredential();
  }

  @Override
  public void close() {
    boolean isOwnThread = Thread.currentThread() == engineThread;
    boolean isIdle;
    boolean isReading;
    lock.lock();
    try {
      isReading = isBusy && response != null && !isClosed;
      isClosed = true;
      isIdle = !isBusy && response != null;
    } finally {
      lock.unlock();
    }
    if (isReading && timekeeper.nanoTime() - waitingSinceNanos > HttpExchange.SUSPICIOUS_NANOS) {
      // Such as after a deep sleep: the engine closes before the limit of the read ends.
      exchange.leaveConnection();
    }
    watch.close();
    exchange.cancel();
    if (isIdle) {
      if (isOwnThread) {
        releaseIfIdle();
      } else {
        // Android refuses anything like I/O on its main thread, and this close may be that.
        timekeeper.schedule(this::releaseIfIdle, 0);
      }
    }
  }

  /** Enters OkHttp's code, where close() must not release the response. */
  private void enter() throws IOException {
    lock.lock();
    try {
      if (!isClosed) {
        isBusy = true;
        return;
      }
    } finally {
      lock.unlock();
    }
    releaseIfIdle();
    throw exchange.closed(null);
  }

  private void exit() {
    boolean wasClosed;
    lock.lock();
    try {
      isBusy = false;
      wasClosed = isClosed;
    } finally {
      lock.unlock();
    }
    if (wasClosed) {
      releaseIfIdle();
    }
  }

  private void adopt(Response opened) {
    lock.lock();
    try {
      response = opened;
    } finally {
      lock.unlock();
    }
  }

  private void releaseIfIdle() {
    Response released;
    lock.lock();
    try {
      released = isBusy ? null : response;
      response = isBusy ? response : null;
    } finally {
      lock.unlock();
    }
    if (released != null) {
      ForeignCode.close(released, exchange::cancel);
      if (!isEnded) {
        exchange.dropIdle();
      }
    }
  }

  private void requireNotClosed() throws IOException {
    if (exchange.isCancelled()) {
      releaseIfIdle();
      throw exchange.closed(null);
    }
  }

  private BufferedSource source() {
    if (source == null) {
      throw new IllegalStateException("Expected an open connection but open() did not return");
    }
    return source;
  }
}
