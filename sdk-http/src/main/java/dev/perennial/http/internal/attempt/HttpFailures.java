package dev.perennial.http.internal.attempt;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.internal.time.Durations;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownServiceException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Turns what OkHttp throws into the failures that a subscription decides by. */
public final class HttpFailures {
  private HttpFailures() {}

  /**
   * Returns what ended an attempt before its response.
   *
   * @param wasSent whether a byte of the request may have gone out
   * @param endpoint a redacted URL
   * @param errorText shows what the server sent
   */
  public static IOException whileOpening(
      IOException e, boolean wasSent, String endpoint, ErrorText errorText) {
    TransportException known = causeOf(e, TransportException.class);
    if (known != null) {
      return known;
    }
    if (isInterrupt(e)) {
      return interrupted(e);
    }
    TransportException configuration = ConfigurationFailures.of(e, endpoint);
    if (configuration != null) {
      return configuration;
    }
    TransportException notHttp = OtherProtocol.of(e, endpoint, errorText);
    if (notHttp != null) {
      return notHttp;
    }
    Reason reason = tlsReason(e);
    if (reason != null) {
      return new TransportException(
          reason, "TLS with " + endpoint + " failed: " + describeTls(e, reason, endpoint), e);
    }
    if (e instanceof UnknownServiceException) {
      // Cleartext is not permitted, or there is no common protocol: no attempt will change that.
      return new TransportException(
          Reason.PROTOCOL, "The client does not permit connecting to " + endpoint, e);
    }
    if (wasSent) {
      return new TransportException(
          Reason.RESET,
          "Expected an answer from " + endpoint + " but " + CauseText.whileAnswering(e),
          e);
    }
    return new TransportException(
        Reason.CONNECT,
        "Could not connect to " + endpoint + ": " + CauseText.whileConnecting(e),
        e);
  }

  /**
   * Returns the failure of an answer whose message cannot be read. OkHttp closes the connection and
   * does not send the request again.
   *
   * @param message expected and actual
   * @param endpoint a redacted URL
   */
  public static ProtocolException unusable(String message, String endpoint) {
    ProtocolException failure = new ProtocolException(message);
    failure.initCause(new TransportException(Reason.RESET, message + " from " + endpoint));
    return failure;
  }

  /** Returns what ended a body, other than silence. */
  public static IOException whileReading(IOException e, String endpoint) {
    TransportException known = causeOf(e, TransportException.class);
    if (known != null) {
      return known; // TLS wraps what its socket throws.
    }
    if (isInterrupt(e)) {
      return interrupted(e);
    }
    TransportException trailers = ConfigurationFailures.ofTrailers(e, endpoint);
    if (trailers != null) {
      return trailers;
    }
    Reason reason = tlsReason(e);
    return new TransportException(
        reason != null ? reason : Reason.RESET,
        "The connection to "
            + endpoint
            + " broke: "
            + (reason != null ? describeTls(e, reason, endpoint) : CauseText.whileReading(e)),
        e);
  }

  /** Returns the failure of a read that got no byte in time. */
  public static IOException silent(
      IOException timeout, String endpoint, long limitNanos, boolean isRepeatable) {
    String message = "No byte came from " + endpoint + " for " + Durations.ofNanos(limitNanos);
    if (!isRepeatable) { // A transport exception may become permanent.
      return new TransportException(Reason.STALE, message, timeout);
    }
    SocketTimeoutException silent = new SocketTimeoutException(message);
    silent.initCause(timeout);
    return silent;
  }

  /** Returns the failure of an event whose bytes came too slowly. */
  public static TransportException stalled(String endpoint, long limitNanos) {
    return new TransportException(
        Reason.STALLED,
        "Expected the end of an event from "
            + endpoint
            + " within "
            + Durations.ofNanos(limitNanos)
            + " of reading");
  }

  /** Returns the failure of a whole event that nothing has ended. */
  public static TransportException overdue(String endpoint, String expected, long limitNanos) {
    return new TransportException(
        Reason.MALFORMED,
        "Expected "
            + expected
            + " from "
            + endpoint
            + " within "
            + Durations.ofNanos(limitNanos)
            + " but nothing came");
  }

  /**
   * Returns a failure of a framer with the endpoint in its message: a framer does not know where
   * its bytes come from.
   */
  public static TransportException whileFraming(TransportException e, String endpoint) {
    return e.withMessage(e.getMessage() + " from " + endpoint);
  }

  /** Returns the form in which an interrupt leaves this package; the thread's flag stays set. */
  static InterruptedIOException interrupted(Throwable cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("Interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }

  /** The time limit of a read ends it with a subclass of {@link InterruptedIOException}, too. */
  private static boolean isInterrupt(IOException e) {
    return causeOf(e, InterruptedIOException.class) != null
        && causeOf(e, SocketTimeoutException.class) == null
        && Thread.currentThread().isInterrupted();
  }

  /** Whether the time limit of a read ended it. */
  public static boolean isTimeout(IOException e) {
    return e instanceof InterruptedIOException && !isInterrupt(e);
  }

  private static @Nullable Reason tlsReason(IOException e) {
    if (causeOf(e, SSLPeerUnverifiedException.class) != null
        || causeOf(e, CertificateException.class) != null) {
      return Reason.CERTIFICATE;
    }
    // JSSE wraps the reset of a socket, too.
    boolean isTls = e instanceof SSLException && causeOf(e, SocketException.class) == null;
    return isTls ? Reason.TLS : null;
  }

  private static String describeTls(IOException e, Reason reason, String endpoint) {
    return reason == Reason.CERTIFICATE ? TlsText.ofCertificate(e) : TlsText.ofFailure(e, endpoint);
  }

  private static <T extends Throwable> @Nullable T causeOf(Throwable e, Class<T> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
