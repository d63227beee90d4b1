package dev.perennial.http;

import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/** Whether a request may have reached the server: a tag of the request. */
final class Sending {

  /** The outermost network interceptor: behind it stands the open connection. */
  static final Interceptor MARK =
      chain -> {
        // By the call, since a caller's interceptor may have made another request of ours.
        @Nullable Sending sending = chain.call().request().tag(Sending.class);
        if (sending != null) {
          sending.isStarted = true;
        }
        return chain.proceed(chain.request());
      };

  private volatile boolean isStarted;

  /** Whether a byte of the request may have gone out. */
  boolean isStarted() {
    return isStarted;
  }
}
