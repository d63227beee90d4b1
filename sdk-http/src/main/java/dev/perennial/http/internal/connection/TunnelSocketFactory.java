package dev.perennial.http.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import javax.net.SocketFactory;

/** Makes sockets that connect to a proxy, and through a tunnel of it to the server. */
final class TunnelSocketFactory extends SocketFactory {
  private final SocketFactory delegate;
  private final List<InetAddress> proxies;
  private final int port;
  private final ConnectRequest request;

  /**
   * A factory for the tunnels of one request.
   *
   * @param delegate makes the sockets to the proxy
   * @param proxies the addresses of the proxy; at least one
   */
  TunnelSocketFactory(
      SocketFactory delegate, List<InetAddress> proxies, int port, ConnectRequest request) {
    this.delegate = delegate;
    this.proxies = proxies;
    this.port = port;
    this.request = request;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new TunnelSocket(delegate.createSocket());
  }

  @Override
  public Socket createSocket(String host, int ignored) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(String host, int ignored, InetAddress local, int localPort) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int ignored) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int ignored, InetAddress local, int localPort) {
    throw unconnectedOnly();
  }

  private static UnsupportedOperationException unconnectedOnly() {
    return new UnsupportedOperationException("OkHttp creates sockets without an address");
  }

  /** A socket of the delegate, which has opened the tunnel when it is connected. */
  private final class TunnelSocket extends ForwardingSocket {
    private final Socket delegate;

    TunnelSocket(Socket delegate) {
      super(delegate);
      this.delegate = delegate;
    }

    @Override
    public void connect(SocketAddress server) throws IOException {
      connect(server, 0);
    }

    /** OkHttp tries one address after the other; for a server without a name there is only one. */
    @Override
    public void connect(SocketAddress server, int timeoutMillis) throws IOException {
      InetAddress address = ((InetSocketAddress) server).getAddress();
      InetAddress proxy = proxies.contains(address) ? address : proxies.get(0);
      delegate.connect(new InetSocketAddress(proxy, port), timeoutMillis);
      int readMillis = delegate.getSoTimeout();
      delegate.setSoTimeout(timeoutMillis);
      request.open(delegate);
      delegate.setSoTimeout(readMillis);
    }
  }
}
