package dev.perennial.http;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The caller's client with what a stream needs changed. It shares the caller's connection pool,
 * dispatcher, interceptors and event listener, and is never shut down.
 */
final class StreamingClient {

  /** The only one to speak; null for those of the caller's client. */
  private final @Nullable Protocol version;

  /** Guards the two fields, which are null until the first connection and change together. */
  private final ReentrantLock lock = new ReentrantLock();

  private @Nullable OkHttpClient base;
  private @Nullable OkHttpClient derived;

  StreamingClient(@Nullable Protocol version) {
    this.version = version;
  }

  /** The client that is derived from {@code from}, which is nearly always the same. */
  OkHttpClient derivedFrom(OkHttpClient from) {
    lock.lock();
    try {
      if (derived == null || base != from) {
        base = from;
        derived = derive(from);
      }
      return derived;
    } finally {
      lock.unlock();
    }
  }

  private OkHttpClient derive(OkHttpClient client) {
    OkHttpClient.Builder builder =
        client
            .newBuilder()
            .followRedirects(false)
            .followSslRedirects(false)
            .readTimeout(0, TimeUnit.NANOSECONDS)
            .callTimeout(0, TimeUnit.NANOSECONDS)
            // A cache would write the stream to disk for as long as it lasts.
            .cache(null)
            .dns(new BoundedDns(client.dns()));
    if (version != null) {
      builder.protocols(List.of(version));
    }
    builder.interceptors().add(RetryAfterShield.RESTORE);
    builder.networkInterceptors().add(0, RetryAfterShield.HIDE);
    builder.networkInterceptors().add(0, Sending.MARK);
    return builder.build();
  }
}
