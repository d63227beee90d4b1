package dev.perennial.http;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;

/**
 * Begins a stream with one kind of request, and resumes it with another one once it has a cursor.
 */
record ResumableTransport(HttpTransport begin, HttpTransport resume) implements Transport {

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return (attempt.cursor() == null ? begin : resume).newConnection(attempt);
  }

  @Override
  public String endpoint() {
    return begin.endpoint();
  }

  @Override
  public String host() {
    return begin.host();
  }

  @Override
  public boolean hasCredentials() {
    return begin.hasCredentials();
  }
}
