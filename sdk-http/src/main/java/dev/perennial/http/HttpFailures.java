package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Turns what OkHttp throws into what a subscription decides by. */
final class HttpFailures {
  private HttpFailures() {}

  /**
   * What ended an attempt before its answer.
   *
   * @param wasSent whether a byte of the request may have gone out
   * @param endpoint a redacted URL
   */
  static IOException whileOpening(IOException e, boolean wasSent, String endpoint) {
    TransportException told = causeOf(e, TransportException.class);
    if (told != null) {
      return told;
    }
    if (isInterrupt(e)) {
      return Interruption.asIOException(e);
    }
    Reason reason = tlsReason(e);
    if (reason != null) {
      return new TransportException(reason, "TLS with " + endpoint + " failed: " + describe(e), e);
    }
    if (e instanceof UnknownServiceException) {
      // Cleartext is not permitted, or no protocol is common: no attempt will change it.
      return new TransportException(
          Reason.PROTOCOL, "The client does not permit to connect to " + endpoint, e);
    }
    if (wasSent) {
      return new TransportException(
          Reason.RESET, "Expected an answer from " + endpoint + " but " + describe(e), e);
    }
    return new TransportException(
        Reason.CONNECT, "Could not connect to " + endpoint + ": " + describe(e), e);
  }

  /** What ended a body, other than silence. */
  static IOException whileReading(IOException e, String endpoint) {
    if (isInterrupt(e)) {
      return Interruption.asIOException(e);
    }
    Reason reason = tlsReason(e);
    return new TransportException(
        reason != null ? reason : Reason.RESET,
        "The connection to " + endpoint + " broke: " + describe(e),
        e);
  }

  /** The time limit of a read ends it with a relative of {@link InterruptedIOException}, too. */
  static boolean isInterrupt(IOException e) {
    return causeOf(e, InterruptedIOException.class) != null
        && causeOf(e, SocketTimeoutException.class) == null
        && Thread.currentThread().isInterrupted();
  }

  /** Whether the time limit of a read ended it. */
  static boolean isTimeout(IOException e) {
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

  /** In our words: a message of others may hold a URL, a header or what a server wrote. */
  private static String describe(IOException e) {
    if (e instanceof UnknownHostException) {
      return "the name of the host is not known";
    }
    if (e instanceof SocketTimeoutException) {
      return "it took too long";
    }
    if (e instanceof NoRouteToHostException) {
      return "there is no route to the host";
    }
    if (e instanceof ConnectException) {
      return "the connection was refused";
    }
    if (tlsReason(e) == Reason.CERTIFICATE) {
      return "its certificate was refused";
    }
    return "it was cut (" + e.getClass().getSimpleName() + ")";
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
