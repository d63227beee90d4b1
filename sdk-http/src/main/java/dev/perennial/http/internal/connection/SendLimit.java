package dev.perennial.http.internal.connection;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether a request was sent, and refuses to send one twice that must not be repeated: OkHttp
 * repeats requests by itself, and interceptors of the caller may do so.
 *
 * <p>An interceptor may also write the body without sending it, to sign or to compress it, or send
 * it with another client. These look the same. So one write outside of the client's own chain is
 * allowed, and counts as sent if the chain is never used. Any thread.
 */
public final class SendLimit {

  /** Refused before the server did anything, so that even a POST may be sent again. */
  private static final Set<Integer> NOT_PROCESSED = Set.of(401, 408, 410, 425, 429, 503);

  /**
   * OkHttp's words for a stream of HTTP/2 that the server refused, or left as its connection went
   * away: it has done nothing for the request (RFC 9113, 8.7).
   */
  private static final String REFUSED_STREAM = "stream was reset: REFUSED_STREAM";

  private final boolean isRepeatable;
  private final String endpoint;

  private final AtomicBoolean isSent = new AtomicBoolean();
  private final AtomicBoolean isWrittenElsewhere = new AtomicBoolean();

  /** Whether the body was written into memory, which may be repeated. */
  private volatile boolean isCopied;

  /** Whether the client's own chain was used. */
  private volatile boolean hasProceeded;

  /** Whether a connection was open in the client's own chain. */
  private volatile boolean isConnected;

  /** The thread that writes the body to the connection; null while none does. */
  private volatile @Nullable Thread writer;

  private volatile String afterwards = "";

  /** Whether the server has said that it did nothing. */
  private volatile boolean isRefused;

  /** Reads the clock. */
  private final LongSupplier clock;

  private volatile long connectedNanos; // Meaningful once connected.
  private volatile long writtenNanos; // Meaningful once written.
  private volatile boolean isWritten;

  /**
   * A limit of one request.
   *
   * @param isRepeatable whether it may be sent any number of times
   * @param endpoint where it goes, as messages may show it
   * @param clock reads the time in nanoseconds
   */
  public SendLimit(boolean isRepeatable, String endpoint, LongSupplier clock) {
    this.isRepeatable = isRepeatable;
    this.endpoint = endpoint;
    this.clock = clock;
  }

  public static boolean isNotProcessed(int code) {
    return NOT_PROCESSED.contains(code);
  }

  /** Whether a byte of the request may have reached the server. */
  public boolean mayBeSent() {
    boolean isOutside = isCopied || isWrittenElsewhere.get();
    return isConnected || (isOutside && !hasProceeded);
  }

  /** Whether the server may have done what the request asks for, as far as is known now. */
  public boolean mayBeProcessed() {
    return mayBeSent() && !isRefused;
  }

  /** Notes that the caller's interceptors have left the request to the client. */
  public void proceed() {
    hasProceeded = true;
  }

  /** Notes that the request was sent whole by other means, so that it counts as sent. */
  public void sentByCaller() {
    connectedNanos = clock.getAsLong();
    isSent.set(true);
    isConnected = true;
    written();
  }

  /** Returns the request as it may be written to the connection that is open now. */
  public Request connected(Request request) throws IOException {
    connectedNanos = clock.getAsLong();
    isWritten = false;
    isRefused = false;
    isConnected = true;
    RequestBody body = request.body();
    if (body != null) {
      return request.newBuilder().method(request.method(), new Sent(body)).build();
    }
    takeSend();
    written();
    return request;
  }

  private void written() {
    writtenNanos = clock.getAsLong();
    isWritten = true;
  }

  /** Whether the body is being sent. */
  public boolean isUploading() {
    return isConnected && !isWritten;
  }

  /** How long sending the body took; 0 before its end. */
  public long uploadNanos() {
    return isWritten ? writtenNanos - connectedNanos : 0;
  }

  /** How long the answer has been waited for; 0 while the body is being sent. */
  public long answerNanos() {
    return isWritten ? clock.getAsLong() - writtenNanos : 0;
  }

  /** Notes the status of an answer. */
  public void answered(int code) {
    afterwards = " after " + code;
    isRefused = isNotProcessed(code) || code == 204;
    if (isNotProcessed(code)) {
      isSent.set(false);
    }
  }

  /** Notes why there is no answer. */
  public void failed(IOException e) {
    if (REFUSED_STREAM.equals(e.getMessage())) {
      afterwards = " after it was refused";
      isRefused = true;
      isSent.set(false);
    }
  }

  /** Whether the server has said that it did nothing for the request. */
  public boolean isRefused() {
    return isRefused;
  }

  private void takeSend() throws TransportException {
    if (isSent.getAndSet(true) && !isRepeatable) {
      throw sentAgain();
    }
  }

  private TransportException sentAgain() {
    return new TransportException(
            Reason.PROTOCOL,
            "Expected a request that must not be repeated to be sent once but the client or one of"
                + " its interceptors sends it again"
                + afterwards
                + ": "
                + endpoint
                + "; resendAfterEvents() allows it")
        .permanent();
  }

  /** Returns the body as interceptors get it. OkHttp does not send it again by itself. */
  public RequestBody limited(RequestBody body) {
    return new Given(body);
  }

  private abstract static class Wrapped extends RequestBody {
    final RequestBody delegate;

    Wrapped(RequestBody delegate) {
      this.delegate = delegate;
    }

    @Override
    public @Nullable MediaType contentType() {
      return delegate.contentType();
    }

    @Override
    public long contentLength() throws IOException {
      return delegate.contentLength();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }
  }

  /** The body as interceptors get it. */
  private final class Given extends Wrapped {
    Given(RequestBody delegate) {
      super(delegate);
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      if (sink instanceof Buffer) {
        isCopied = true;
      } else if (writer != Thread.currentThread()
          && isWrittenElsewhere.getAndSet(true)
          && !isRepeatable) {
        throw sentAgain();
      }
      delegate.writeTo(sink);
    }
  }

  /** The body, or what interceptors have made of it, as it goes to the connection. */
  private final class Sent extends Wrapped {
    Sent(RequestBody delegate) {
      super(delegate);
    }

    @Override
    public boolean isDuplex() {
      return delegate.isDuplex();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      if (sink instanceof Buffer) { // A network interceptor looks at it.
        delegate.writeTo(sink);
        return;
      }
      takeSend();
      writer = Thread.currentThread();
      try {
        delegate.writeTo(sink);
      } finally {
        writer = null;
        written();
      }
    }
  }
}
