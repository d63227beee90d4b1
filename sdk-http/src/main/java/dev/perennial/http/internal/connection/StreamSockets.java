package dev.perennial.http.internal.connection;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets whose bytes count against {@link ReadBudget}. */
public final class StreamSockets extends SocketFactory {
  private final boolean isWithoutDelay;

  /**
   * Makes a factory.
   *
   * @param isWithoutDelay whether a small segment is sent at once. By default TCP holds it back
   *     until the one before it was acknowledged, which a peer may put off by 40 ms
   */
  public StreamSockets(boolean isWithoutDelay) {
    this.isWithoutDelay = isWithoutDelay;
  }

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = new MeteredSocket();
    if (isWithoutDelay) {
      try {
        socket.setTcpNoDelay(true);
      } catch (SocketException e) {
        // The connection works without it. If the socket is of no use, connecting says so.
      }
    }
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localAddress, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localAddress, localPort));
  }

  private Socket connected(InetSocketAddress remote, @Nullable InetSocketAddress local)
      throws IOException {
    Socket socket = createSocket();
    try {
      socket.bind(local);
      socket.connect(remote);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  private static final class MeteredSocket extends Socket {

    @Override
    public InputStream getInputStream() throws IOException {
      return new MeteredStream(super.getInputStream(), this);
    }
  }

  private static final class MeteredStream extends FilterInputStream {

    private final Socket socket;

    MeteredStream(InputStream in, Socket socket) {
      super(in);
      this.socket = socket;
    }

    /** At the limit the socket is closed: TLS that is closed reads what is left while it comes. */
    private void spend(int count) throws IOException {
      try {
        ReadBudget.spend(count);
      } catch (ProtocolException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      if (read >= 0) {
        spend(1);
      }
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count > 0) {
        spend(count);
      }
      return count;
    }
  }
}
