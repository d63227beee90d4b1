package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.Authenticator;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * A caller's authenticator that may not give the credentials that were just refused: OkHttp would
 * ask it, and then the server, twenty times in turn.
 *
 * <p>Two are equal when they wrap the same authenticator, since OkHttp shares a connection only
 * between calls whose proxy authenticators are equal.
 */
record FreshCredentials(Authenticator delegate) implements Authenticator {
  private static final int PROXY_WANTS_CREDENTIALS = 407;

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response)
      throws IOException {
    Request next = delegate.authenticate(route, response);
    if (next == null) {
      return null;
    }
    int code = response.code();
    String header =
        code == PROXY_WANTS_CREDENTIALS ? "Proxy-Authorization" : OutgoingRequest.AUTHORIZATION;
    String refused = response.request().header(header);
    if (refused == null || !refused.equals(next.header(header))) {
      return next;
    }
    throw new TransportException(
            Reason.HTTP_STATUS,
            code,
            "Expected the client's authenticator to give other credentials than those that were"
                + " refused with "
                + code
                + " but they are the same: "
                + RedactedUrl.of(response.request().url()),
            null)
        .permanent();
  }
}
