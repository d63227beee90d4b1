package dev.perennial.tests.engine;

import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Does what another connection does, except for what a test overrides. */
class ForwardingConnection implements StreamConnection {
  private final StreamConnection delegate;

  ForwardingConnection(StreamConnection delegate) {
    this.delegate = delegate;
  }

  @Override
  public void open() throws IOException {
    delegate.open();
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    return delegate.read(limits);
  }

  @Override
  public long bytesRead() {
    return delegate.bytesRead();
  }

  @Override
  public long lastByteNanos() {
    return delegate.lastByteNanos();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
