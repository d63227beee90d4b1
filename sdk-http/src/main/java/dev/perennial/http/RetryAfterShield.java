package dev.perennial.http;

import java.io.IOException;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps {@code Retry-After} from OkHttp's own follow-ups: OkHttp 5 throws NumberFormatException for
 * a long one, and sends the request again by itself on 408, and on 503 with a 0. The value travels
 * past it under another name.
 */
final class RetryAfterShield {
  private static final String NAME = "Retry-After";
  private static final String HIDDEN = "Perennial-Retry-After";

  /** A wait that OkHttp leaves to its caller. */
  private static final String NOT_NOW = "1";

  /** The outermost network interceptor, so that the caller's see what came. */
  static final Interceptor HIDE = RetryAfterShield::hide;

  /** The innermost application interceptor, so that the caller's see what came. */
  static final Interceptor RESTORE = RetryAfterShield::restore;

  private RetryAfterShield() {}

  private static Response hide(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!isLookedAt(response.code())) {
      return response;
    }
    Headers.Builder headers = response.headers().newBuilder().removeAll(HIDDEN);
    for (String value : response.headers(NAME)) {
      headers.addUnsafeNonAscii(HIDDEN, value);
    }
    return response.newBuilder().headers(headers.set(NAME, NOT_NOW).build()).build();
  }

  private static Response restore(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!isLookedAt(response.code())) {
      return response;
    }
    Headers.Builder headers = response.headers().newBuilder().removeAll(NAME).removeAll(HIDDEN);
    for (String value : response.headers(HIDDEN)) {
      headers.addUnsafeNonAscii(NAME, value);
    }
    return response.newBuilder().headers(headers.build()).build();
  }

  private static boolean isLookedAt(int code) {
    return code == 408 || code == 503;
  }
}
