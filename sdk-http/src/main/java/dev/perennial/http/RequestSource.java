package dev.perennial.http;

import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.spi.Attempt;
import java.io.IOException;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Makes the request of each attempt: with a fresh token, with a URL that can be used once, or with
 * a body that says where to resume.
 *
 * <p>It is called on a thread of its own and may block. The time it takes counts towards the
 * attempt's timeout; when that passes or the subscription is closed, the thread is interrupted and
 * what it still returns is dropped. An exception fails the attempt, which is retried.
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
   * @param attempt the attempt, with the position that the stream resumes after
   * @throws IOException when there is no request now; the attempt has failed and is retried
   */
  Request request(Attempt attempt) throws IOException;

  /**
   * Returns the request if it is the same for each attempt: then it is checked when the builder is
   * created, messages show its URL, and {@link #request} is not called. By default null.
   */
  default @Nullable Request fixedRequest() {
    return null;
  }

  /**
   * Returns a source of the same GET request for each attempt.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  static RequestSource of(String url) {
    HttpUrl parsed =
        StreamUrl.parse(Objects.requireNonNull(url, "url"), url, "http:// or https://");
    return of(new Request.Builder().url(parsed).build());
  }

  /**
   * Returns a source of the same request for each attempt. Its headers are sent as those of the
   * builder are.
   */
  static RequestSource of(Request request) {
    Objects.requireNonNull(request, "request");
    return new RequestSource() {
      @Override
      public Request request(Attempt attempt) {
        return request;
      }

      @Override
      public Request fixedRequest() {
        return request;
      }

      /** Without the request's secrets. */
      @Override
      public String toString() {
        return RedactedUrl.of(request.url());
      }
    };
  }
}
