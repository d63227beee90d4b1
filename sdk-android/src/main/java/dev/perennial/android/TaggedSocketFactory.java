package dev.perennial.android;

import android.net.TrafficStats;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Objects;
import javax.net.SocketFactory;

/**
 * Makes sockets whose traffic the system counts under a tag of the app, with {@link TrafficStats}.
 * {@code StrictMode} reports sockets without a tag if {@code detectUntaggedSockets} is on.
 *
 * <p>A socket has the tag before it is connected. The tag of the calling thread is as it was when a
 * method returns. Thread-safe if the factory is that makes the sockets.
 *
 * @since 0.1.0
 */
public final class TaggedSocketFactory extends SocketFactory {

  /** What {@link TrafficStats#getThreadStatsTag} returns for a thread without a tag. */
  private static final int NO_TAG = -1;

  private final int tag;
  private final SocketFactory sockets;

  private TaggedSocketFactory(int tag, SocketFactory sockets) {
    this.tag = tag;
    this.sockets = sockets;
  }

  /**
   * Returns a factory of tagged sockets.
   *
   * @param tag such as {@code 0x50}; the system reserves values from {@code 0xFFFFFF00}
   * @param sockets makes the sockets, such as the factory of the client that is used otherwise
   */
  public static TaggedSocketFactory of(int tag, SocketFactory sockets) {
    return new TaggedSocketFactory(tag, Objects.requireNonNull(sockets, "sockets"));
  }

  private interface Maker {
    Socket make() throws IOException;
  }

  private Socket tagged(Maker maker) throws IOException {
    int before = TrafficStats.getThreadStatsTag();
    TrafficStats.setThreadStatsTag(tag);
    try {
      Socket socket = maker.make();
      try {
        // Has the system make the socket now, if nothing has yet: it takes the tag of this thread.
        int unused = socket.getSoTimeout();
        TrafficStats.tagSocket(socket);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      return socket;
    } finally {
      if (before == NO_TAG) {
        TrafficStats.clearThreadStatsTag();
      } else {
        TrafficStats.setThreadStatsTag(before);
      }
    }
  }

  @Override
  public Socket createSocket() throws IOException {
    return tagged(sockets::createSocket);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return tagged(() -> sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return tagged(() -> sockets.createSocket(host, port, localAddress, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return tagged(() -> sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return tagged(() -> sockets.createSocket(host, port, localAddress, localPort));
  }
}
