package dev.perennial.internal.retry;

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

/** Classifies what a transport throws. */
public final class IoFailures {
  private IoFailures() {}

  /** Classifies what an attempt to connect threw. */
  public static ConnectionEnd whileOpening(IOException e, String endpoint) {
    if (e instanceof TransportException classified) {
      return ConnectionEnd.classified(classified);
    }
    String message = "Could not connect to " + endpoint + ": " + e;
    return ConnectionEnd.failed(openingReason(e), message, e);
  }

  /** Classifies what a read of an open connection threw. */
  public static ConnectionEnd whileReading(IOException e, String endpoint) {
    if (e instanceof TransportException classified) {
      return ConnectionEnd.classified(classified);
    }
    Reason reason = e instanceof SSLException ? Reason.TLS : Reason.RESET;
    return ConnectionEnd.failed(reason, "The connection to " + endpoint + " broke: " + e, e);
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
}
