package dev.perennial.http;

import dev.perennial.spi.Attempt;
import java.io.IOException;
import java.util.Objects;
import okhttp3.Request;

/**
 * Makes the request of each attempt: for a fresh token, a URL that is good for one use, or a body
 * that says where to go on.
 *
 * <p>It is called on a thread of its own and may block. The time it takes counts towards the
 * attempt's timeout; when that passes or the subscription is closed, the thread is interrupted and
 * what it still returns is dropped. What it throws fails the attempt, which is tried again.
 *
 * <p>The library adds the cursor, the headers of the builder, {@code Accept} and {@code
 * Accept-Encoding}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RequestSource {

  /**
   * Makes the request of one attempt.
   *
   * @param attempt the attempt, with the position that the stream will go on from
   * @throws IOException when there is no request now; the attempt has failed and is tried again
   */
  Request request(Attempt attempt) throws IOException;

  /**
   * The same GET request for each attempt.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  static RequestSource of(String url) {
    return FixedRequest.of(Objects.requireNonNull(url, "url"));
  }

  /** The same request for each attempt. Its headers are sent as those of the builder are. */
  static RequestSource of(Request request) {
    return new FixedRequest(Objects.requireNonNull(request, "request"));
  }
}
