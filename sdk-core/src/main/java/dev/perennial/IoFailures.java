package dev.perennial;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Names failures: from what was thrown to a {@link StreamException} and its reason. */
final class IoFailures {

  /** A callback that nothing can follow. */
  interface LastCall {
    void run() throws Exception;
  }

  private IoFailures() {}

  /** What an attempt to connect ended with. */
  static ConnectionEnd whileOpening(IOException e, String endpoint) {
    if (e instanceof TransportException named) {
      return named(named);
    }
    return ConnectionEnd.failed(openingReason(e), "Could not connect to " + endpoint + ": " + e, e);
  }

  /** What an open connection ended with. */
  static ConnectionEnd whileReading(IOException e, String endpoint) {
    if (e instanceof TransportException named) {
      return named(named);
    }
    if (e instanceof SocketTimeoutException) {
      return ConnectionEnd.failed(Reason.STALE, "No byte came in time from " + endpoint, e);
    }
    Reason reason = e instanceof SSLException ? Reason.TLS : Reason.RESET;
    return ConnectionEnd.failed(reason, "The connection to " + endpoint + " broke: " + e, e);
  }

  private static ConnectionEnd named(TransportException e) {
    if (e.isPutAway()) {
      return ConnectionEnd.recycled(String.valueOf(e.getMessage()));
    }
    return ConnectionEnd.answered(
        e.reason(),
        e.code(),
        String.valueOf(e.getMessage()),
        e.getCause(),
        e.notBefore(),
        e.isPermanent());
  }

  private static Reason openingReason(IOException e) {
    if (e instanceof SSLException) {
      return isCertificateRefused(e) ? Reason.CERTIFICATE : Reason.TLS;
    }
    boolean isUnreached =
        e instanceof UnknownHostException
            || e instanceof ConnectException
            || e instanceof NoRouteToHostException
            || e instanceof SocketTimeoutException;
    return isUnreached ? Reason.CONNECT : Reason.RESET;
  }

  private static boolean isCertificateRefused(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLPeerUnverifiedException || cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  /** The failure as the API tells it; null stays null. */
  static @Nullable StreamException asStreamException(@Nullable Throwable failure) {
    if (failure == null || failure instanceof StreamException) {
      return (StreamException) failure;
    }
    Reason reason = failure instanceof IllegalArgumentException ? Reason.CONSUMER : Reason.INTERNAL;
    return new StreamException(reason, String.valueOf(failure.getMessage()), failure);
  }

  /**
   * Makes the last call to user code. What it throws can end nothing any more, so it goes where the
   * thread's uncaught exceptions go.
   */
  static void lastCall(LastCall call) {
    try {
      call.run();
    } catch (Throwable thrown) {
      handOver(thrown);
    }
  }

  private static void handOver(Throwable thrown) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    } catch (Throwable ignored) {
      // Nobody is left to tell: the JVM ignores what a handler throws, too.
    }
  }
}
