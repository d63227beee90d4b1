package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.http.internal.message.TrustedOrigins;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Makes the requests that resume a stream. They show the caller's headers and credentials, and what
 * they ask for may come from the server, so they stay where the stream began.
 */
record ResumingSource(RequestSource delegate, HttpTransport begin, TrustedOrigins trusted)
    implements RequestSource {

  @Override
  public Request request(Attempt attempt) throws IOException {
    Request request = delegate.request(attempt);
    Request first = begin.fixedRequest();
    if (request != null && first != null && !isAllowed(first.url(), request.url())) {
      throw new TransportException(
              Reason.PROTOCOL,
              "Expected resumeWith(…) to stay at the origin of the first request or to go to one of"
                  + " trustOrigins(…) but it asks "
                  + RedactedUrl.of(request.url()))
          .permanent();
    }
    return request;
  }

  private boolean isAllowed(HttpUrl from, HttpUrl to) {
    boolean isSameOrigin =
        to.scheme().equals(from.scheme())
            && to.host().equals(from.host())
            && to.port() == from.port();
    return isSameOrigin || trusted.contain(to);
  }
}
