package dev.perennial.http;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.CredentialCache.Issued;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange whose answer is a stream. */
final class HttpConnection implements StreamConnection {

  /** OkHttp adds a limit to the clock; this one cannot overflow. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.DAYS.toNanos(365);

  private final HttpTransport transport;
  private final HttpOptions options;
  private final Attempt attempt;
  private final Timekeeper timekeeper;
  private final Cancellation cancellation = new Cancellation();
  private final ReadBuffer buffer = new ReadBuffer();
  private final Framer framer;

  /** Guards the next group: whoever comes last, the reader or close(), releases the answer. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean isClosed;

  /** Whether the engine's thread is in OkHttp's code. */
  private boolean isBusy;

  /** Null until open, and again when released. */
  private @Nullable Response response;

  // Touched by the engine's thread alone.

  /** What was answered and how to end it; null until open. */
  private HttpExchange.@Nullable Opened opened;

  private boolean isEnded;

  /** How long reads have waited for the rest of the event that has begun. */
  private long eventNanos;

  // Written by the engine's thread alone, once for each time that bytes come.
  private volatile long bytesRead;
  private volatile long lastByteNanos;
  private volatile long waitingSinceNanos;

  /** Null until open() is called, as the next one. */
  private volatile @Nullable HttpExchange exchange;

  private volatile @Nullable Thread engineThread;

  HttpConnection(HttpTransport transport, HttpOptions options, Framer framer, Attempt attempt) {
    this.transport = transport;
    this.options = options;
    this.attempt = attempt;
    this.timekeeper = attempt.timekeeper();
    this.framer = framer;
  }

  @Override
  public void open() throws IOException {
    engineThread = Thread.currentThread();
    enter();
    try {
      OpeningAttempt opening = OpeningAttempt.start(attempt, cancellation);
      HttpExchange begun =
          new HttpExchange(options, transport.clientFor(attempt), opening, transport::asks);
      exchange = begun;
      opened = begun.open();
      adopt(opened.response());
      lastByteNanos = timekeeper.nanoTime();
      waitingSinceNanos = lastByteNanos;
    } catch (IOException e) {
      throw cancellation.isCancelled() ? closed(e) : e;
    } finally {
      exit();
    }
    requireNotClosed();
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    requireNotClosed();
    while (!isEnded) {
      Frame frame;
      try {
        frame = nextFrame();
        if (frame == null && !fill(limits)) {
          return atEnd();
        }
      } catch (TransportException e) {
        throw refine(e);
      }
      if (frame != null) {
        // A heartbeat in the middle of an event does not make the event any shorter.
        if (frame.kind() != Frame.Kind.HEARTBEAT || !framer.isInsideEvent()) {
          eventNanos = 0;
        }
        return frame;
      }
    }
    return afterEnd();
  }

  /** A framer does not know whose bytes it reads. */
  private @Nullable Frame nextFrame() throws TransportException {
    try {
      return framer.next(buffer);
    } catch (TransportException e) {
      throw located(e);
    }
  }

  private TransportException located(TransportException e) {
    String message = e.getMessage() + " from " + endpoint();
    Throwable cause = e.getCause();
    TransportException located =
        cause != null
            ? new TransportException(e.reason(), message, cause)
            : new TransportException(e.reason(), e.code(), message, e.notBefore());
    return e.isPermanent() ? located.permanent() : located;
  }

  private @Nullable Frame atEnd() throws TransportException {
    isEnded = true;
    cancellation.forget(opened().cancel());
    Frame last = framer.end(buffer);
    return last != null ? last : afterEnd();
  }

  private @Nullable Frame afterEnd() throws TransportException {
    if (options.isEndDeclared() || opened().request().isRepeatable()) {
      return null;
    }
    throw refine(
        new TransportException(
            Reason.INCOMPLETE,
            "The answer to the POST ended and nothing says whether it was complete: "
                + endpoint()
                + "; declare endsAt(), endsAfter() or endsWithBody()"));
  }

  /** Makes the failure permanent when no other connection may follow: after a POST. */
  @Override
  public TransportException refine(TransportException failure) {
    return opened().request().judged(failure, true);
  }

  /** Waits for bytes; false at the end of the body. */
  private boolean fill(Deadlines limits) throws IOException {
    boolean isInsideEvent = framer.isInsideEvent();
    long eventNanosLeft = isInsideEvent ? limits.oneEventNanos() - eventNanos : Long.MAX_VALUE;
    if (eventNanosLeft <= 0) {
      throw stalled(limits);
    }
    long startNanos = timekeeper.nanoTime();
    waitingSinceNanos = startNanos;
    int count = fillWithin(Math.min(limits.noByteNanos(), eventNanosLeft), limits);
    long now = timekeeper.nanoTime();
    if (isInsideEvent) {
      eventNanos += now - startNanos;
    }
    if (count < 0) {
      return false;
    }
    bytesRead = bytesRead() + count;
    lastByteNanos = now;
    return true;
  }

  private int fillWithin(long nanos, Deadlines limits) throws IOException {
    BufferedSource source = opened().response().body().source();
    enter();
    try {
      // Not a timeout, which the pieces of a chunk's header would each start anew.
      source.timeout().deadline(Math.min(nanos, LONGEST_WAIT_NANOS), NANOSECONDS);
      return buffer.fill(source);
    } catch (IOException e) {
      throw readFailure(e, nanos < limits.noByteNanos(), limits);
    } finally {
      exit();
    }
  }

  private IOException readFailure(IOException e, boolean isEventLimit, Deadlines limits) {
    if (cancellation.isCancelled()) {
      return closed(e);
    }
    if (e instanceof TransportException) {
      return e;
    }
    if (!HttpFailures.isTimeout(e)) {
      return HttpFailures.whileReading(e, endpoint());
    }
    return isEventLimit ? stalled(limits) : silent(e, limits);
  }

  private TransportException stalled(Deadlines limits) {
    return new TransportException(
        Reason.STALLED,
        "Expected the end of an event from "
            + endpoint()
            + " within "
            + Duration.ofNanos(limits.oneEventNanos())
            + " of reading");
  }

  private IOException silent(IOException e, Deadlines limits) {
    String message =
        "No byte came from " + endpoint() + " for " + Duration.ofNanos(limits.noByteNanos());
    if (!opened().request().isRepeatable()) {
      return new TransportException(Reason.STALE, message, e);
    }
    SocketTimeoutException timeout = new SocketTimeoutException(message);
    timeout.initCause(e);
    return timeout;
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
  public boolean mayBeFollowed() {
    HttpExchange begun = exchange;
    return begun == null || begun.mayBeFollowed();
  }

  @Override
  public boolean refuseCredential() {
    HttpExchange begun = exchange;
    Issued shown = begun == null ? null : begun.credential();
    Authorizer authorizer = options.authorizer();
    return shown == null || authorizer == null || authorizer.refuse(shown);
  }

  @Override
  public void close() {
    boolean isOwnThread = Thread.currentThread() == engineThread;
    boolean isIdle;
    lock.lock();
    try {
      isClosed = true;
      isIdle = !isBusy && response != null;
    } finally {
      lock.unlock();
    }
    cancellation.cancel();
    if (isIdle) {
      if (isOwnThread) {
        releaseIfIdle();
      } else {
        // Android refuses anything like I/O on its main thread, even this close.
        timekeeper.schedule(this::releaseIfIdle, 0);
      }
    }
  }

  /** Enters OkHttp's code, where close() must not touch the answer. */
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
    throw closed(null);
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

  private void adopt(Response answer) {
    lock.lock();
    try {
      response = answer;
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
      released.close();
    }
  }

  private void requireNotClosed() throws IOException {
    if (cancellation.isCancelled()) {
      releaseIfIdle();
      throw closed(null);
    }
  }

  private IOException closed(@Nullable IOException cause) {
    return new IOException("The connection to " + transport.endpoint() + " was closed", cause);
  }

  private HttpExchange.Opened opened() {
    if (opened == null) {
      throw new IllegalStateException("Expected an open connection but open() did not return");
    }
    return opened;
  }

  private String endpoint() {
    return opened().request().endpoint();
  }
}
